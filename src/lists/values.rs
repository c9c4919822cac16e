//! What a cell means in its column. Each of these gives the value, or what the cell should be instead.

use super::cell::Cell;
use super::names::{Names, folded};
use crate::parcel::{Country, OfferState, OrderState, Phone, Status, StatusCode, TrackingNumber};
use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, TimeZone, Utc};
use chrono_tz::Tz;

/// A number in a workbook has this many digits at most: a longer one has lost its end.
const MOST_DIGITS: u32 = 15;
/// A tracking number has at least so many signs: nobody could be understood to mean a shorter one.
const SHORTEST_NUMBER: usize = 5;
/// And at most so many: the longest in use are barcodes of 34.
const LONGEST_NUMBER: usize = 40;
/// Years that dates of parcels may lie in: any other is a slip of the hand.
const YEARS: std::ops::Range<i32> = 2000..2100;

/// What helps where a spreadsheet has shortened a number.
const SHORTENED: &str = "whole: Excel has shortened the number; format the column as text and enter it again";

/// The tracking number of a cell.
pub(super) fn number(cell: &Cell) -> Result<TrackingNumber, String> {
    let text = digits_or_text(cell)?;
    let groups = text.split(' ').filter(|group| group.chars().count() >= 8).count();
    let may_part = |c: char| matches!(c, ' ' | '-' | '–' | '‑' | '_' | '№' | '#');
    if groups > 1 || text.contains([',', ';', '/']) {
        return Err("one tracking number: give each its own row".into());
    }
    let number = TrackingNumber::new(&text);
    let signs = number.as_str();
    let foreign = signs.chars().find(|c| !c.is_ascii()).or_else(|| {
        let sign = |c: &char| !c.is_alphanumeric() && !may_part(*c);
        text.chars().find(sign)
    });
    if let Some(foreign) = foreign {
        return Err(format!("a tracking number: «{foreign}» does not belong in one; it has Latin letters and digits"));
    }
    if !signs.contains(|c: char| c.is_ascii_digit()) || !(SHORTEST_NUMBER..=LONGEST_NUMBER).contains(&signs.len()) {
        return Err(format!(
            "a tracking number: it has {SHORTEST_NUMBER} to {LONGEST_NUMBER} Latin letters and digits, and a digit among them"
        ));
    }
    Ok(number)
}

/// The status of a cell, with the place that its label carries: by its code, the carrier's label, or one of `names`. A label
/// of the carrier's own that we do not know is kept as it is; a single word in Latin letters is none, but a code with a
/// slip in it.
pub(super) fn status(cell: &Cell, names: &Names) -> Result<(Status, Option<String>), String> {
    let text = text(cell)?;
    if let known @ (Status::Known(_), _) = Status::read_with_place(&text) {
        return Ok(known);
    }
    // However it is written: «доставлено получателю», «Задержано таможней - требуется оплата…».
    let same = |text: &str| {
        let written = folded(text);
        let own = |code: &StatusCode| written == code.code() || written == folded(code.label());
        StatusCode::ALL.iter().copied().find(own).map_or_else(|| names.status(text), |code| Ok(Some(code)))
    };
    if let Some(code) = same(&text)? {
        return Ok((Status::Known(code), None));
    }
    if let Some((label, place)) = text.split_once('(')
        && let Some(code) = same(label)?
    {
        let place = place.trim_end_matches(')').trim();
        return Ok((Status::Known(code), Some(place.to_owned()).filter(|place| !place.is_empty())));
    }
    let is_cyrillic = |c: char| ('\u{400}'..='\u{4ff}').contains(&c);
    let is_label = text.contains(is_cyrillic) || (text.contains(' ') && text.contains(char::is_alphabetic));
    if is_label {
        return Ok((Status::Unknown(text), None));
    }
    let close = |code: &&StatusCode| strsim::normalized_levenshtein(code.code(), &folded(&text));
    let nearest = StatusCode::ALL.iter().max_by(|a, b| close(a).total_cmp(&close(b)));
    let perhaps = nearest.filter(|code| close(code) > 0.6).map(|code| format!(" (perhaps {})", code.code()));
    Err(format!("a status: neither a code{} nor a label of the carrier", perhaps.unwrap_or_default()))
}

/// The phone of a cell, without an extension: Telegram knows none. One without a country's code is `country`'s.
pub(super) fn phone(cell: &Cell, country: Country) -> Result<Phone, String> {
    let text = digits_or_text(cell)?;
    let text = without_extension(&text);
    let is_part = |c: char| c.is_ascii_digit() || matches!(c, '+' | ' ' | '(' | ')' | '-' | '–' | '‑' | '.');
    // One sign between digits alone parts a fraction, which no phone has.
    let is_fraction = text.split('.').count() == 2 && text.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    let is_phone = text.chars().all(is_part) && !is_fraction;
    is_phone.then(|| Phone::listed(&text, country)).flatten().ok_or_else(|| "one phone number".into())
}

/// A phone without «доб. 12» behind it.
fn without_extension(text: &str) -> String {
    let small = text.to_lowercase();
    for word in ["доб", "внутр", "вн", "ext", "#", "x", "х"] {
        let Some((phone, rest)) = small.split_once(word) else { continue };
        let rest = rest.trim_start_matches(|c: char| c.is_alphabetic() || matches!(c, '.' | ':' | ' ' | '№'));
        let extension = rest.trim_end_matches([')', ' ', '.']);
        if (1..=6).contains(&extension.len()) && extension.bytes().all(|b| b.is_ascii_digit()) {
            return phone.trim_end_matches(|c: char| !c.is_ascii_digit()).to_owned();
        }
    }
    text.to_owned()
}

/// The day of a cell: a date, or a text that is one. A time behind it does not matter.
pub(super) fn day(cell: &Cell) -> Result<NaiveDate, String> {
    let day = match cell {
        Cell::Moment(moment) => Some(moment.date()),
        Cell::Text(text) => date_and_time(text).map(|(date, _)| date),
        Cell::Number(_) => return Err("a date: it is a number; format the column as a date".into()),
        Cell::Empty | Cell::Odd(_) => None,
    };
    day.filter(in_our_years).ok_or_else(|| "a date such as 30.11.2026 or 2026-11-30".into())
}

/// The moment of a cell; one without a zone is by the clock of `zone`.
pub(super) fn moment(cell: &Cell, zone: Tz) -> Result<DateTime<Utc>, String> {
    let local = |moment: NaiveDateTime| zone.from_local_datetime(&moment).earliest().map(|at| at.to_utc());
    let at = match cell {
        Cell::Moment(moment) => local(*moment),
        Cell::Text(text) => text.parse::<DateTime<Utc>>().ok().or_else(|| {
            let (date, time) = date_and_time(text)?;
            local(date.and_time(time?))
        }),
        Cell::Number(_) => return Err("a moment: it is a number; format the column as date and time".into()),
        Cell::Empty | Cell::Odd(_) => None,
    };
    at.filter(|at| in_our_years(&at.date_naive()))
        .ok_or_else(|| "a moment such as 30.11.2026 09:00 or 2026-11-30T09:00:00Z".into())
}

fn in_our_years(day: &NaiveDate) -> bool {
    use chrono::Datelike;
    YEARS.contains(&day.year())
}

/// Months as they follow a day.
const MONTHS: [&str; 12] = [
    "января",
    "февраля",
    "марта",
    "апреля",
    "мая",
    "июня",
    "июля",
    "августа",
    "сентября",
    "октября",
    "ноября",
    "декабря",
];

/// Reads a date as 30.11.2026, 30.11.26, 2026-11-30 or «30 ноября 2026 г.», and the time behind it, if there is one.
/// What begins with the month in one country and with the day in another («11/12/2026») is none.
fn date_and_time(text: &str) -> Option<(NaiveDate, Option<NaiveTime>)> {
    let text = text.trim_end_matches("г.").trim_end_matches(" г").trim();
    let words: Vec<&str> = text.split(' ').collect();
    if let [day, month, year] = words[..] {
        let month = MONTHS.iter().position(|name| *name == month.to_lowercase());
        if let Some(month) = month.and_then(|month| u32::try_from(month + 1).ok()) {
            return Some((NaiveDate::from_ymd_opt(digits(year, 4..=4)?, month, digits(day, 1..=2)?)?, None));
        }
    }
    let (date, time) = match text.split_once([' ', 'T']) {
        Some((date, time)) => (date, Some(time)),
        None => (text, None),
    };
    let time = match time {
        None => None,
        Some(time) => {
            let time = time.trim_start_matches("в ").trim_end_matches('Z');
            let time = time.split_once(['+', '.']).map_or(time, |(time, _)| time);
            let read =
                NaiveTime::parse_from_str(time, "%H:%M:%S").or_else(|_| NaiveTime::parse_from_str(time, "%H:%M"));
            Some(read.ok()?)
        }
    };
    let parts = |sign: char| -> Option<[&str; 3]> { date.split(sign).collect::<Vec<_>>().try_into().ok() };
    let date = if let Some([year, month, day]) = parts('-') {
        NaiveDate::from_ymd_opt(digits(year, 4..=4)?, digits(month, 2..=2)?, digits(day, 2..=2)?)
    } else {
        let [day, month, year] = parts('.')?;
        let year = if year.len() == 2 { 2000 + digits::<i32>(year, 2..=2)? } else { digits(year, 4..=4)? };
        NaiveDate::from_ymd_opt(year, digits(month, 1..=2)?, digits(day, 1..=2)?)
    };
    Some((date?, time))
}

/// A number of so many digits, and nothing else.
fn digits<T: std::str::FromStr>(text: &str, many: std::ops::RangeInclusive<usize>) -> Option<T> {
    (many.contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().ok()).flatten()
}

/// Roubles as people write them, in kopecks.
pub(super) fn sum(cell: &Cell) -> Result<i64, String> {
    let wanted = || "roubles such as 2490 or 2 490,50".to_owned();
    let text = match cell {
        // What a formula has made may be a hair's breadth off: «2490.4999999999995».
        Cell::Number(number) if (number * 100.0 - (number * 100.0).round()).abs() < 1e-4 => format!("{number:.2}"),
        Cell::Text(text) => text.clone(),
        Cell::Empty | Cell::Number(_) | Cell::Moment(_) | Cell::Odd(_) => return Err(wanted()),
    };
    if is_shortened(&text) {
        return Err(SHORTENED.into());
    }
    let small = text.to_lowercase();
    let units = ["₽", "рублей", "руб.", "руб", "р.", "р", "rub"];
    let bare = units.iter().find_map(|unit| small.strip_suffix(unit)).unwrap_or(&small);
    let bare: String = bare.chars().filter(|c| !c.is_whitespace()).collect();
    let (whole, rest) = match (bare.find([',', '.']), bare.rfind([',', '.'])) {
        (Some(first), Some(last)) => {
            let thousands = &bare[..last];
            // Signs that part thousands stand before every three digits: «2,490.00», «1.234.567,8».
            let mut groups = thousands.split([',', '.']);
            let begins = groups.next().is_some_and(|group| (1..=3).contains(&group.len()));
            if first != last && !(begins && groups.all(|group| group.len() == 3)) {
                return Err(wanted());
            }
            (thousands.replace([',', '.'], ""), bare[last + 1..].to_owned())
        }
        (None, _) | (_, None) => (bare, String::new()),
    };
    if rest.len() == 3 {
        return Err("a sum that can be read in one way: thousands or thousandths? Write 2490 or 2490,00".into());
    }
    let roubles = digits::<i64>(&whole, 1..=12).ok_or_else(wanted)?;
    let kopecks = digits::<i64>(&format!("{rest:0<2}"), 2..=2).ok_or_else(wanted)?;
    Ok(roubles * 100 + kopecks)
}

/// A count of a cell.
pub(super) fn count(cell: &Cell) -> Result<u32, String> {
    let text = digits_or_text(cell)?;
    digits(&text, 1..=4).ok_or_else(|| "a number".into())
}

/// The link of a cell.
pub(super) fn link(cell: &Cell) -> Result<String, String> {
    let text = text(cell)?;
    let is_link = text.starts_with("https://") && text.len() > "https://".len() && !text.contains(char::is_whitespace);
    if is_link { Ok(text) } else { Err("a link that begins with https://".into()) }
}

/// The place of a cell.
pub(super) fn place(cell: &Cell) -> Result<String, String> {
    digits_or_text(cell)
}

/// How the offer of a cell stands.
pub(super) fn offer(cell: &Cell) -> Result<OfferState, String> {
    let word = folded(&text(cell)?);
    let called = |state: OfferState| -> &[&str] {
        match state {
            OfferState::NotSent => &["не отправлена"],
            OfferState::Sent => &["отправлена", "ждет подтверждения"],
            OfferState::Checking => &["проверяется", "на проверке"],
            OfferState::Rejected => &["отклонена", "не подтверждена"],
            OfferState::Blocked => &["заблокирована"],
            OfferState::Confirmed => &["подтверждена"],
            OfferState::Expired => &["истекла", "просрочена"],
        }
    };
    one_of(OfferState::ALL, OfferState::code, called, &word)
}

/// How the order of a cell stands.
pub(super) fn order(cell: &Cell) -> Result<OrderState, String> {
    let word = folded(&text(cell)?);
    let called = |state: OrderState| -> &[&str] {
        match state {
            OrderState::Accepted => &["принят", "оформлен"],
            OrderState::InTransit => &["в пути", "отправлен"],
            OrderState::Delivered => &["доставлен", "вручен"],
            OrderState::Cancelled => &["отменен"],
            OrderState::Refused => &["отказ", "отказ получателя"],
        }
    };
    one_of(OrderState::ALL, OrderState::code, called, &word)
}

/// The state that a word means, by its code or by what people call it.
fn one_of<S: Copy, const N: usize>(
    all: [S; N],
    code: fn(S) -> &'static str,
    called: impl Fn(S) -> &'static [&'static str],
    word: &str,
) -> Result<S, String> {
    let found = all.into_iter().find(|state| code(*state) == word || called(*state).contains(&word));
    found.ok_or_else(|| {
        let known: Vec<String> = all.iter().map(|state| format!("{} ({})", code(*state), called(*state)[0])).collect();
        format!("one of: {}", known.join(", "))
    })
}

/// The words of a cell that holds words.
fn text(cell: &Cell) -> Result<String, String> {
    match cell {
        Cell::Text(text) => Ok(text.clone()),
        Cell::Empty | Cell::Number(_) | Cell::Moment(_) | Cell::Odd(_) => Err("a text".into()),
    }
}

/// The words of a cell, or the digits of its whole number; nothing of either that a spreadsheet has shortened.
fn digits_or_text(cell: &Cell) -> Result<String, String> {
    match cell {
        Cell::Text(text) if is_shortened(text) => Err(SHORTENED.into()),
        Cell::Text(text) => Ok(without_fraction(text).to_owned()),
        Cell::Number(number) if number.abs() >= 10_f64.powi(MOST_DIGITS.cast_signed()) => Err(format!(
            "whole: numbers of more than {MOST_DIGITS} digits lose their end in Excel; format the column as text and enter \
             it again"
        )),
        Cell::Number(number) if number.fract() == 0.0 && *number >= 0.0 => Ok(format!("{number:.0}")),
        Cell::Moment(_) => Err("what it was: Excel has made a date of it; format the column as text".into()),
        Cell::Number(_) | Cell::Empty | Cell::Odd(_) => Err("a text or a whole number".into()),
    }
}

/// Whether a spreadsheet has written a number shorter than it is: «1.23457E+11», «7,9E+10».
fn is_shortened(text: &str) -> bool {
    let small = text.to_lowercase().replace('е', "e");
    let Some((number, power)) = small.split_once('e') else {
        return false;
    };
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let (whole, fraction) = number.split_once(['.', ',']).unwrap_or((number, "0"));
    let signed = power.strip_prefix(['+', '-']);
    // «12E5» may be a number of somebody's own; what Excel writes has a sign or a fraction.
    is_number(whole)
        && is_number(fraction)
        && is_number(signed.unwrap_or(power))
        && (signed.is_some() || number != whole)
}

/// A whole number that a program has written with a fraction of nothing: «79000000001.0».
fn without_fraction(text: &str) -> &str {
    match text.split_once(['.', ',']) {
        Some((whole, rest)) => {
            let is = |part: &str, sign: fn(&u8) -> bool| !part.is_empty() && part.as_bytes().iter().all(sign);
            let exact = whole.trim_start_matches('+').len() <= MOST_DIGITS as usize;
            let digits = is(whole.trim_start_matches('+'), u8::is_ascii_digit);
            if exact && digits && is(rest, |b| *b == b'0') { whole } else { text }
        }
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(text: &str) -> Cell {
        Cell::text(text)
    }

    fn number_of(cell: &Cell) -> Result<String, String> {
        number(cell).map(|number| number.to_string())
    }

    #[test]
    fn numbers_are_read_whole_or_refused() {
        for (text, expected) in [
            ("1000000017", "1000000017"),
            ("ra 123 456 785-ru", "RA123456785RU"),
            ("РА123456785RU", "PA123456785RU"),
            ("№ 1000000017", "1000000017"),
            ("1000000017.0", "1000000017"),
            ("12E5A00017", "12E5A00017"),
        ] {
            assert_eq!(number_of(&cell(text)).as_deref(), Ok(expected), "{text}");
        }
        for (text, part) in [
            ("1.23457E+11", "Excel has shortened"),
            ("1,23457E+11", "Excel has shortened"),
            ("1,23457Е+11", "Excel has shortened"),
            ("1E+11", "Excel has shortened"),
            ("abc", "a digit"),
            ("17", "5 to 40"),
            ("ЖЖ123456785RU", "«Ж»"),
            ("1000000017, 1000000018", "its own row"),
            ("1000000017 1000000018", "its own row"),
            ("1000000017.5", "«.»"),
            ("10000\u{fffd}0017", "\u{fffd}"),
        ] {
            let why = number_of(&cell(text)).expect_err(text);
            assert!(why.contains(part), "{text}: {why}");
        }
        assert_eq!(number_of(&Cell::Number(123_456_789_012_345.0)).as_deref(), Ok("123456789012345"));
        let why = number_of(&Cell::Number(1_234_567_890_123_456.0)).expect_err("16 digits");
        assert!(why.contains("lose their end"), "{why}");
        assert!(number_of(&Cell::Number(1_000_000_017.5)).is_err());
        assert!(number_of(&Cell::Odd("#N/A".into())).is_err());
        let moment = cell("30.11.2026");
        assert!(number_of(&moment).is_err());
    }

    #[test]
    fn phones_keep_their_digits() {
        let main = Phone::e164("+79000000001");
        let phone = |cell: &Cell| phone(cell, Country::RUSSIA);
        for text in [
            "79000000001",
            "79000000001.0",
            "8 (900) 000-00-01",
            "+7 900 000-00-01 доб. 12",
            "+7 900 000-00-01, доб.12",
            "8-900-000-00-01 (доб. 4)",
            "+7 900 000 00 01 ext. 12",
            "89000000001 #12",
        ] {
            assert_eq!(phone(&cell(text)).ok(), main, "{text}");
        }
        assert_eq!(phone(&Cell::Number(79_000_000_001.0)).ok(), main);
        for text in ["7.9E+10", "8 900 000-00-01, 8 900 000-00-02", "12", "нет", "89000000001 Анна", "79000000001.5"]
        {
            assert!(phone(&cell(text)).is_err(), "{text}");
        }
    }

    #[test]
    fn a_status_is_known_or_the_carriers_own() {
        let status = |cell: &Cell| super::status(cell, &Names::default());
        let known = |code| Ok((Status::Known(code), None));
        assert_eq!(status(&cell("delivered")), known(StatusCode::Delivered));
        assert_eq!(status(&cell("In_Transit")), known(StatusCode::InTransit));
        assert_eq!(status(&cell("доставлено получателю.")), known(StatusCode::Delivered));
        assert_eq!(status(&cell("Задержано - запрещённый груз")), known(StatusCode::ProhibitedGoods));
        let (label, place) = status(&cell("отправление поступило на терминал (Октябрьский")).expect("a label");
        assert_eq!((label, place.as_deref()), (Status::Known(StatusCode::ArrivedTerminal), Some("Октябрьский")));
        for own in ["Улетело", "Out for delivery"] {
            assert_eq!(status(&cell(own)), Ok((Status::Unknown(own.into()), None)));
        }
        for text in ["nonsense", "17", "???", "-"] {
            assert!(status(&cell(text)).is_err(), "{text}");
        }
        let why = status(&cell("in_tranzit")).expect_err("a slip");
        assert!(why.contains("perhaps in_transit"), "{why}");
    }

    #[test]
    fn dates_are_read_in_one_way_only() {
        let november = NaiveDate::from_ymd_opt(2026, 11, 30);
        for text in
            ["30.11.2026", "30.11.26", "2026-11-30", "30.11.2026 14:05", "2026-11-30T09:00:00Z", "30 ноября 2026 г."]
        {
            assert_eq!(day(&cell(text)).ok(), november, "{text}");
        }
        for text in
            ["11/30/2026", "30.11", "31.11.2026", "30.11.0026", "30-11-2026", "завтра", "46356", "30.11.2026 25:00"]
        {
            assert!(day(&cell(text)).is_err(), "{text}");
        }
        let why = day(&Cell::Number(46_356.0)).expect_err("a bare number");
        assert!(why.contains("format the column as a date"), "{why}");
        let noon = november.and_then(|day| day.and_hms_opt(12, 0, 0)).expect("a moment");
        assert_eq!(day(&Cell::Moment(noon)).ok(), november);
        let utc = "2026-11-30T09:00:00Z".parse::<DateTime<Utc>>().expect("a moment");
        for cell in [Cell::Moment(noon), cell("30.11.2026 12:00"), cell("2026-11-30T09:00:00Z")] {
            assert_eq!(moment(&cell, Tz::Europe__Moscow), Ok(utc), "{cell:?}");
        }
        assert!(moment(&cell("30.11.2026"), Tz::Europe__Moscow).is_err(), "it has no time");
    }

    #[test]
    fn sums_are_read_as_people_write_them() {
        for (text, kopecks) in [
            ("2490", 249_000),
            ("2 490,00", 249_000),
            ("2\u{a0}490,5", 249_050),
            ("2490.05", 249_005),
            ("2,490.00", 249_000),
            ("1.234.567,8 ₽", 123_456_780),
            ("1490 руб.", 149_000),
        ] {
            assert_eq!(sum(&cell(text)), Ok(kopecks), "{text}");
        }
        for text in ["много", "-5", "2,490", "2.490", "1,2,3", "2.5E+3", "", "12,34.5", "1490,005"] {
            assert!(sum(&cell(text)).is_err(), "{text}");
        }
        assert_eq!(sum(&Cell::Number(2_490.499_999_999_999_5)), Ok(249_050));
        assert!(sum(&Cell::Number(0.125)).is_err());
    }

    #[test]
    fn states_are_read_in_russian_too() {
        assert_eq!(order(&cell("В пути")), Ok(OrderState::InTransit));
        assert_eq!(order(&cell("отменён")), Ok(OrderState::Cancelled));
        assert_eq!(offer(&cell("checking")), Ok(OfferState::Checking));
        let why = offer(&cell("синяя")).expect_err("none");
        assert!(why.contains("blocked (заблокирована)"), "{why}");
    }
}
