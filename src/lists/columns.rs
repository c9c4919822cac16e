//! The columns of a list, by the names that people give them.

/// A column of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Column {
    /// The tracking number; every list has it.
    Number,
    /// The status, a code or a label; every list has it.
    Status,
    /// Where the parcel is.
    Place,
    /// The day delivery is planned for.
    Planned,
    /// The day of the status.
    Since,
    /// The recipient's phone.
    Phone,
    /// The link to the offer.
    Link,
    /// How the offer stands.
    Offer,
    /// The day the parcel came to customs.
    OfferArrived,
    /// The moment since which the recipient's data is checked.
    OfferCheckingSince,
    /// How often wrong data was entered.
    OfferWrongEntries,
    /// How the order stands.
    Order,
    /// What was paid.
    Sum,
    /// The day it was handed over.
    Delivered,
}

impl Column {
    /// All of them; the first two must be there.
    pub const ALL: [Column; 14] = [
        Column::Number,
        Column::Status,
        Column::Place,
        Column::Planned,
        Column::Since,
        Column::Phone,
        Column::Link,
        Column::Offer,
        Column::OfferArrived,
        Column::OfferCheckingSince,
        Column::OfferWrongEntries,
        Column::Order,
        Column::Sum,
        Column::Delivered,
    ];

    /// Those that every list has.
    pub(super) const NEEDED: [Column; 2] = [Column::Number, Column::Status];

    /// Its own name.
    pub fn name(self) -> &'static str {
        self.names()[0]
    }

    /// Its own name, then what else it may be called, in small letters.
    fn names(self) -> &'static [&'static str] {
        match self {
            Column::Number => &[
                "number",
                "номер",
                "трек",
                "трек номер",
                "трекномер",
                "трекинг номер",
                "номер отправления",
                "номер посылки",
                "номер трека",
                "номер заказа",
                "tracking number",
                "tracking",
                "track",
            ],
            Column::Status => &["status", "статус", "статус отправления", "статус посылки", "состояние"],
            Column::Place => &["place", "место", "местоположение", "местонахождение", "город", "где"],
            Column::Planned => &[
                "planned",
                "дата",
                "план",
                "плановая дата",
                "дата доставки",
                "плановая дата доставки",
                "планируемая дата",
                "планируемая дата доставки",
                "дата доставки план",
            ],
            Column::Since => {
                &["since", "дата статуса", "статус с", "дата изменения статуса", "дата последнего статуса"]
            }
            Column::Phone => {
                &["phone", "телефон", "телефон получателя", "номер телефона", "мобильный", "мобильный телефон", "тел"]
            }
            Column::Link => &["link", "ссылка", "ссылка на оферту"],
            Column::Offer => &["offer", "оферта", "статус оферты", "состояние оферты"],
            Column::OfferArrived => &["offer arrived", "прибыло на таможню", "прибыл на таможню", "дата прибытия"],
            Column::OfferCheckingSince => &["offer checking since", "проверка с", "проверка начата", "на проверке с"],
            Column::OfferWrongEntries => &["offer wrong entries", "неверных попыток", "неверные попытки", "ошибок"],
            Column::Order => &["order", "заказ", "статус заказа", "состояние заказа"],
            Column::Sum => &["sum", "сумма", "сумма заказа", "стоимость", "стоимость заказа", "цена"],
            Column::Delivered => {
                &["delivered", "доставлен", "доставлено", "вручен", "вручено", "дата вручения", "дата выдачи"]
            }
        }
    }

    /// The column that is called so; spaces, signs between words, the size of letters and roubles do not matter.
    pub(super) fn called(name: &str) -> Option<Column> {
        let name = name.to_lowercase().replace('ё', "е");
        let is_name = |word: &&str| !word.is_empty() && !["руб", "рублей", "rub"].contains(word);
        let words: Vec<&str> = name.split(|c: char| !c.is_alphanumeric()).filter(is_name).collect();
        let name = words.join(" ");
        Column::ALL.into_iter().find(|column| column.names().contains(&name.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_however_they_are_written() {
        for (name, column) in [
            ("number", Column::Number),
            ("  Номер ", Column::Number),
            ("ТРЕК-НОМЕР", Column::Number),
            ("Статус:", Column::Status),
            ("Телефон получателя", Column::Phone),
            ("offer_checking_since", Column::OfferCheckingSince),
            ("Offer arrived", Column::OfferArrived),
            ("Сумма, ₽", Column::Sum),
            ("Сумма, руб.", Column::Sum),
            ("дата", Column::Planned),
        ] {
            assert_eq!(Column::called(name), Some(column), "{name}");
        }
        assert_eq!(Column::called("ФИО"), None);
        assert_eq!(Column::called(""), None);
    }

    #[test]
    fn no_name_is_two_columns() {
        let mut names: Vec<&str> = Column::ALL.iter().flat_map(|column| column.names()).copied().collect();
        names.sort_unstable();
        let all = names.len();
        names.dedup();
        assert_eq!(names.len(), all);
        assert!(Column::ALL.iter().all(|column| Column::called(column.name()) == Some(*column)));
    }
}
