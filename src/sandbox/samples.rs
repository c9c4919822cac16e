//! Parcels to try the bot with: made-up numbers, dates around today.

use crate::parcel::{Parcel, Status, StatusCode, TrackingNumber};
use chrono::{Days, NaiveDate};

/// Sample parcels with what each is good for, as the page says it.
pub fn parcels(today: NaiveDate) -> Vec<(Parcel, &'static str)> {
    let known = Status::Known;
    let parcel = |number: &str, status: Status, place: Option<&str>, planned: Option<i64>| Parcel {
        number: TrackingNumber::new(number),
        status,
        place: place.map(str::to_owned),
        planned: planned.and_then(|days| match u64::try_from(days) {
            Ok(ahead) => today.checked_add_days(Days::new(ahead)),
            Err(_) => today.checked_sub_days(Days::new(days.unsigned_abs())),
        }),
    };
    vec![
        (
            parcel("RA123456785RU", known(StatusCode::ArrivedTerminal), Some("Октябрьский"), Some(2)),
            "в пути, всё хорошо",
        ),
        (parcel("1000000017", known(StatusCode::DeliveryToday), None, Some(0)), "привезут сегодня"),
        (
            parcel("1000000025", known(StatusCode::CustomsPaymentDue), None, Some(5)),
            "таможня ждёт оплату: клиенту нужно что-то сделать",
        ),
        (parcel("1000000033", known(StatusCode::OfferSent), None, None), "оферта ждёт подтверждения"),
        (
            parcel("1000000041", known(StatusCode::LeftTerminal), Some("Новосибирск"), Some(-5)),
            "опоздала: бот извинится и позовёт человека",
        ),
        (parcel("1000000058", known(StatusCode::Delivered), None, Some(-1)), "уже доставлена"),
        (
            parcel("1000000066", Status::Unknown("Принято роботом-сортировщиком".into()), None, Some(3)),
            "статус, которого бот не знает",
        ),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_sample_is_late_and_the_others_are_not() {
        let today = NaiveDate::from_ymd_opt(2026, 11, 23).expect("a day");
        let late: Vec<_> = parcels(today).into_iter().filter(|(parcel, _)| parcel.is_late(today)).collect();
        assert_eq!(late.len(), 1);
        assert_eq!(late[0].0.number.as_str(), "1000000041");
    }
}
