//! Parcels to try the bot with: made-up numbers, dates around today. Most belong to the first customer of the
//! demo's page, so that each request can be walked to its end.

use crate::parcel::{
    Listed, Offer, OfferState, Order, OrderState, Parcel, Phone, Refund, RefundState, Status, StatusCode,
    TrackingNumber,
};
use chrono::{DateTime, Duration, NaiveDate, Utc};

/// The phone of the recipient of most samples (E.164): that of the first customer of the demo's page.
pub const FIRST_PHONE: &str = "+79000000001";

/// A parcel to try, and what it is good for.
pub struct SampleParcel {
    /// The parcel with its recipient's phone and, where it has an offer, the offer's link.
    pub listed: Listed,
    /// What can be seen with it, in Russian, as the demo's page says it.
    pub good_for: &'static str,
    /// What a customer writes about it, the number put behind: «где посылка».
    pub phrase: &'static str,
}

/// The samples as they stand at `now`, which is the day `today` at the desk: 14, of which one is late and one belongs
/// to another phone than [`FIRST_PHONE`].
pub fn parcels(now: DateTime<Utc>, today: NaiveDate) -> Vec<SampleParcel> {
    let day = |days: i64| today + Duration::days(days);
    let offer = |state, arrived: i64| Some(Offer { arrived: Some(day(arrived)), ..Offer::new(state) });
    let order = |state, roubles: i64| Some(Order { sum: Some(roubles * 100), ..Order::new(state) });
    let delivered =
        |days: i64| Order { sum: Some(349_000), delivered: Some(day(days)), ..Order::new(OrderState::Delivered) };
    let refund = Refund { reference: "4711".into(), asked: day(-3), state: RefundState::Granted };
    let known = |number: &str, code| Parcel::new(TrackingNumber::new(number), Status::Known(code));
    let label = Status::Unknown("Принято роботом-сортировщиком".into());
    vec![
        sample(
            Parcel {
                place: Some("Октябрьский".into()),
                planned: Some(day(2)),
                order: order(OrderState::InTransit, 2_490),
                ..known("RA123456785RU", StatusCode::ArrivedTerminal)
            },
            "в пути, всё хорошо: спросить, следить, отказаться",
            "где посылка",
        ),
        sample(
            Parcel { planned: Some(today), ..known("1000000017", StatusCode::DeliveryToday) },
            "привезут сегодня",
            "когда привезут",
        ),
        sample(
            Parcel { planned: Some(day(5)), ..known("1000000025", StatusCode::CustomsPaymentDue) },
            "таможня ждёт оплату: клиенту нужно что-то сделать",
            "где посылка",
        ),
        sample(
            Parcel { offer: offer(OfferState::Sent, -11), ..known("1000000033", StatusCode::OfferSent) },
            "оферта ждёт подтверждения, осталось 3 дня: прислать ссылку",
            "пришлите ссылку на оферту",
        ),
        sample(
            Parcel {
                place: Some("Новосибирск".into()),
                planned: Some(day(-5)),
                since: Some(day(-9)),
                ..known("1000000041", StatusCode::LeftTerminal)
            },
            "опоздала: бот извинится и позовёт человека",
            "где посылка",
        ),
        sample(
            Parcel { planned: Some(day(-1)), order: Some(delivered(-1)), ..known("1000000058", StatusCode::Delivered) },
            "вручена вчера: вернуть деньги, или «я её не получал»",
            "верните деньги, передумала",
        ),
        sample(
            Parcel { planned: Some(day(3)), ..Parcel::new(TrackingNumber::new("1000000066"), label) },
            "статус, которого бот не знает",
            "где посылка",
        ),
        sample(
            Parcel {
                offer: Some(Offer {
                    wrong_entries: Some(5),
                    arrived: Some(day(-4)),
                    ..Offer::new(OfferState::Blocked)
                }),
                ..known("1000000074", StatusCode::OfferSent)
            },
            "оферта заблокирована: снять блокировку",
            "оферта заблокирована",
        ),
        sample(
            Parcel {
                offer: Some(Offer {
                    checking_since: Some(now - Duration::hours(50)),
                    arrived: Some(day(-6)),
                    ..Offer::new(OfferState::Checking)
                }),
                ..known("1000000082", StatusCode::OfferSent)
            },
            "оферта двое суток на проверке: начать заново",
            "оферта висит на проверке вторые сутки",
        ),
        sample(
            Parcel { order: order(OrderState::Accepted, 4_500), ..known("1000000090", StatusCode::PreorderReceived) },
            "ещё не отправлена: отменить заказ",
            "отмените заказ",
        ),
        sample(
            Parcel { offer: offer(OfferState::Expired, -20), ..known("1000000108", StatusCode::OfferExpired) },
            "срок оферты вышел",
            "оферта не подтверждается",
        ),
        sample(
            Parcel {
                order: Some(Order { sum: Some(120_000), refund: Some(refund), ..Order::new(OrderState::Cancelled) }),
                ..known("1000000116", StatusCode::PreorderReceived)
            },
            "отменена, деньги в пути",
            "где мои деньги",
        ),
        SampleParcel {
            listed: Listed {
                phone: Phone::e164("+79000000099"),
                ..sample(
                    Parcel {
                        order: order(OrderState::Accepted, 990),
                        ..known("1000000124", StatusCode::PreorderReceived)
                    },
                    "",
                    "",
                )
                .listed
            },
            good_for: "чужая посылка: статус виден, отменить нельзя",
            phrase: "отмените заказ",
        },
        sample(
            Parcel {
                offer: Some(Offer::new(OfferState::NotSent)),
                ..known("1000000132", StatusCode::PreorderReceived)
            },
            "ссылки на оферту ещё нет",
            "ссылка на оферту не пришла",
        ),
    ]
}

/// A parcel of the first customer; a link where it has an offer.
fn sample(parcel: Parcel, good_for: &'static str, phrase: &'static str) -> SampleParcel {
    let link = parcel.offer.is_some().then(|| format!("https://oferta.example.org/{}", parcel.number));
    let phone = Phone::e164(FIRST_PHONE);
    SampleParcel { listed: Listed { parcel, phone, link }, good_for, phrase }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parcel::TruthKind;

    #[test]
    fn one_sample_is_late_and_the_others_are_not() {
        let today = NaiveDate::from_ymd_opt(2026, 11, 23).expect("a day");
        let now = "2026-11-23T09:00:00Z".parse().expect("a moment");
        let late: Vec<_> = parcels(now, today)
            .into_iter()
            .filter(|sample| sample.listed.parcel.truth(today, 14).kind() == TruthKind::Late)
            .collect();
        assert_eq!(late.len(), 1);
        assert_eq!(late[0].listed.parcel.number.as_str(), "1000000041");
    }
}
