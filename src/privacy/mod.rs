//! Masks personal numbers before anything is stored, logged or shown: passports and other documents, tax, insurance and
//! card numbers, accounts, and what opens them (CVV, PIN, passwords, codes from messages).
//!
//! A mask puts `•` in the place of each digit, so a text keeps its length in characters and in
//! UTF-16 units, and Telegram's entity offsets still hold. Pure, and linear in the length of the text.
//!
//! ```text
//! token   cuts the text; letters that stand for digits are digits      «45О9 12З456»
//! spared  dates, hours, sums, phones, parcels that are known            «12.10 150000 рублей»
//! naming  what the words around a number say it is                      «4523150957 мой паспорт»
//! judge   which numbers are personal: groups, check digits, words       4510 123456
//! secrets passwords, IBANs, «AB1234567»; spoken: numbers in words
//! ```
//!
//! A harmless word beside a number wins («заказ 4276380012345670»), and check digits alone are little evidence: one
//! order in ten passes a card's.

mod checks;
mod judge;
mod mark;
mod naming;
mod secrets;
mod spared;
mod spoken;
mod token;
mod words;

pub use mark::MASK;

use std::collections::HashSet;
use token::{Tokens, What, is_digit};

/// How much of the message before is looked at, in characters.
const BEFORE: usize = 60;

/// A text without personal numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Masked {
    /// The text, as long as it was.
    pub text: String,
    /// Whether anything was masked.
    pub found: bool,
}

/// What is known beside a text.
#[derive(Clone, Debug, Default)]
pub struct Around {
    /// Numbers of parcels that are known: in this customer's conversation, in our own table. Digits only.
    pub known: HashSet<String>,
    /// The message before, masked: «паспорт» there announces the number here.
    pub before: Option<String>,
}

/// Masks every personal number in `text`, in time linear in its length: it is called before anything else is done with
/// a message, so whatever a stranger sends must not hold the others up.
pub fn mask(text: &str) -> Masked {
    mask_counting(text, &HashSet::new(), &mut 0)
}

/// The same, with what is known beside the text.
pub fn mask_around(text: &str, around: &Around) -> Masked {
    let Some(before) = around.before.as_deref().and_then(announcement) else {
        return mask_counting(text, &around.known, &mut 0);
    };
    let masked = mask_counting(&format!("{before}\n{text}"), &around.known, &mut 0).text;
    let text_of: String = masked.chars().skip(before.chars().count() + 1).collect();
    Masked { found: text_of != text, text: text_of }
}

/// Whether a message says of the one before what it is: «это паспорт», «мой паспорт», or the word alone. What is asked or
/// refused («паспорт нужен?», «это не паспорт») says nothing.
pub fn points_back(text: &str) -> bool {
    const POINTS: &[&str] =
        &["это", "эта", "этот", "вот", "мой", "моя", "мои", "мне", "this", "that", "it's", "its", "my"];
    let words: Vec<String> = text.split_whitespace().map(str::to_lowercase).collect();
    let points =
        words.len() == 1 || words.iter().any(|word| POINTS.contains(&word.trim_matches(|c: char| !c.is_alphabetic())));
    let digits = text.chars().filter(|c| c.is_numeric()).count();
    points && (1..=5).contains(&words.len()) && digits < 3 && announcement(text).is_some()
}

/// Masks in a message what the next one says of it.
pub fn mask_before(text: &str, next: &str, known: &HashSet<String>) -> Masked {
    let masked = mask_counting(&format!("{text}\n{next}"), known, &mut 0).text;
    let text_of: String = masked.chars().take(text.chars().count()).collect();
    Masked { found: text_of != text, text: text_of }
}

/// The end of the message before, if it announces what comes next: «вот мой паспорт», «код из смс:». What is asked or
/// refused there («ссылка просит паспорт», «зачем паспорт?») announces nothing.
fn announcement(before: &str) -> Option<String> {
    const NO: &[&str] = &["нуж", "треб", "зачем", "почему", "забы", "ask", "need", "want", "why", "don"];
    const NO_WORDS: &[&str] = &["не", "нет", "нету", "без", "надо", "not", "no"];
    let words: Vec<String> = before.split_whitespace().map(str::to_lowercase).collect();
    let short = words.len() <= 7 || before.trim_end().ends_with([':', '—', '-']);
    // «ссылка просит паспорт», but «вот паспорт, как вы просили»
    let answers =
        words.iter().any(|word| matches!(word.trim_matches(|c: char| !c.is_alphabetic()), "вот" | "как" | "вы"));
    let asks = |word: &str| word.starts_with("прос") && !(answers && word.contains("просил"));
    let refuses = |word: &String| {
        let bare = word.trim_matches(|c: char| !c.is_alphabetic());
        NO_WORDS.contains(&bare) || asks(bare) || NO.iter().any(|no| bare.starts_with(no))
    };
    let refused = before.contains('?') || words.iter().any(refuses);
    let from = before.chars().count().saturating_sub(BEFORE);
    (short && !refused).then(|| before.chars().skip(from).collect())
}

/// The digits of every number in a text that would be masked, as they may stand in a table of parcels.
pub fn candidates(text: &str) -> Vec<String> {
    let masked = mask(text);
    if masked.found { hidden_numbers(text, &masked) } else { Vec::new() }
}

/// The digits of every number of a text that is masked.
pub fn hidden_numbers(text: &str, masked: &Masked) -> Vec<String> {
    let mut found = Vec::new();
    let mut number = String::new();
    for (before, after) in text.chars().zip(masked.text.chars()) {
        if after == MASK && before != MASK && is_digit(before) {
            number.extend(before.to_digit(10).and_then(|digit| char::from_digit(digit, 10)));
        } else if before.is_alphanumeric() || before == '\n' || before == ',' {
            if (8..=20).contains(&number.len()) {
                found.push(std::mem::take(&mut number));
            }
            number.clear();
        }
    }
    if (8..=20).contains(&number.len()) {
        found.push(number);
    }
    found
}

/// The masking itself; `windows` is raised by one for each run of groups that was looked at.
fn mask_counting(text: &str, known: &HashSet<String>, windows: &mut usize) -> Masked {
    let tokens = Tokens::of(text);
    if tokens.list.is_empty() {
        return Masked { text: text.to_owned(), found: false };
    }
    let spared = spared::spared(&tokens, known);
    let mut hidden = vec![false; tokens.chars.len()];
    for part in judge::Judge::of(&tokens, &spared, windows) {
        for token in &tokens.list[part] {
            hidden[token.at.clone()].fill(true);
        }
    }
    for range in secrets::ibans(&tokens, &spared).into_iter().chain(secrets::documents(&tokens, &spared)) {
        for at in range {
            hidden[at] |= is_digit(tokens.chars[at]);
        }
    }
    for range in secrets::passwords(&tokens, &spared) {
        hidden[range].fill(true);
    }
    for part in spoken::spoken(&tokens, &spared) {
        for token in &tokens.list[part] {
            if matches!(token.what, What::Word(_) | What::Number(_)) {
                hidden[token.at.clone()].fill(true);
            }
        }
    }
    let mut found = false;
    let hide = |(at, c): (usize, &char)| {
        let seen = !(c.is_whitespace() || token::is_invisible(*c) || *c == MASK);
        // A character of two units stays one of two, unless it is a digit.
        if hidden[at] && seen && (c.len_utf16() == 1 || is_digit(*c)) {
            found = true;
            return MASK;
        }
        *c
    };
    let text = tokens.chars.iter().enumerate().map(hide).collect();
    Masked { text, found }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_message_may_say_what_a_number_was() {
        let seen = |text: &str, next: &str| {
            if points_back(next) { mask_before(text, next, &HashSet::new()).text } else { text.to_owned() }
        };
        for next in ["это паспорт", "это мой паспорт", "Паспорт.", "мой паспорт", "вот такой паспорт"]
        {
            assert_eq!(seen("4523150957", next), "••••••••••", "{next}");
            assert_eq!(seen("4523 150957", next), "•••• ••••••", "{next}");
        }
        assert_eq!(seen("4821", "это код из смс"), "••••");
        for next in [
            "паспорт нужен?",
            "это не паспорт",
            "это посылка",
            "это мой заказ",
            "спасибо",
            "вот",
            "а зачем вам мой паспорт",
            "паспорт тоже взять с собой при получении посылки",
        ] {
            assert_eq!(seen("4523150957", next), "4523150957", "{next}");
        }
        assert_eq!(seen("где заказ 4523150957", "это паспорт"), "где заказ 4523150957", "it said itself what it is");
        let known = HashSet::from(["4523150957".to_owned()]);
        assert!(!mask_before("4523150957", "это паспорт", &known).found);
    }

    fn check(text: &str, expected: &str) {
        assert_eq!(mask(text).text, expected);
        assert_eq!(mask(text).found, text != expected, "{text}");
    }

    #[test]
    fn a_mistyped_card_is_hidden_too() {
        for text in ["оплатила уже, 4276 3800 1234 5670", "4276380012345670 карта не проходит"]
        {
            assert!(!mask(text).text.contains("3800"), "{text}");
        }
        for text in ["заказ 4276380012345670", "посылка 1000000033", "трек 80085599999999"] {
            assert_eq!(mask(text).text, text);
        }
    }

    #[test]
    fn passports_are_masked_in_the_shapes_people_type() {
        check("паспорт 4510 123456", "паспорт •••• ••••••");
        check("45 10 123456 выдан", "•• •• •••••• выдан");
        check("телевизор 4510 123456", "телевизор •••• ••••••");
        check("серия 4510 № 123456", "серия •••• № ••••••");
        check("Паспорт: 4510123456", "Паспорт: ••••••••••");
        check("загран 75 1234567", "загран •• •••••••");
        check("паспорт на посылку 4510 123456", "паспорт на посылку •••• ••••••");
        check("вот паспорт для заказа: 4510 123456", "вот паспорт для заказа: •••• ••••••");
        check("серия4510 номер123456", "серия•••• номер••••••");
        check("4510 номер 123456", "•••• номер ••••••");
        check("серия 4510, номер 123456", "серия ••••, номер ••••••");
        check("пасп 4510 123 456", "пасп •••• ••• •••");
        check("паспорт 4 5 1 0 1 2 3 4 5 6", "паспорт • • • • • • • • • •");
        check("вид на жительство 82 1234567", "вид на жительство •• •••••••");
        check("паспорт номер 123456 серия 4510", "паспорт номер •••••• серия ••••");
        check("4510/123456 паспорт", "••••/•••••• паспорт");
    }

    #[test]
    fn tax_insurance_and_card_numbers_are_masked() {
        check("ИНН 500100732259", "ИНН ••••••••••••");
        check("вот 500100732259", "вот ••••••••••••");
        check("112-233-445 95", "•••-•••-••• ••");
        check("4111 1111 1111 1111 cvv 123", "•••• •••• •••• •••• cvv •••");
        check("4111111111111111", "••••••••••••••••");
        check("4111.1111.1111.1111", "••••.••••.••••.••••");
        check("4111_1111_1111_1111", "••••_••••_••••_••••");
        check("карта на заказ 2200 7007 1234 5678", "карта на заказ •••• •••• •••• ••••");
        check("ИНН получателя посылки 500100732259", "ИНН получателя посылки ••••••••••••");
        check("ИНН500100732259", "ИНН••••••••••••");
        check("инн 5001 0073 2259", "инн •••• •••• ••••");
        check("номер4111111111111111конец", "номер••••••••••••••••конец");
        check("4111-1111-11111111", "••••-••••-••••••••");
        check("4111\u{200b}1111\u{200b}1111\u{200b}1111", "••••\u{200b}••••\u{200b}••••\u{200b}••••");
        check("４１１１１１１１１１１１１１１１", "••••••••••••••••");
        check("карта 2200 7007 1234 5678", "карта •••• •••• •••• ••••");
    }

    #[test]
    fn a_parcel_beside_it_hides_no_personal_number() {
        for (text, left) in [
            ("паспорт на посылку 4523150957", "паспорт на посылку"),
            ("вот паспорт для заказа: 4523150957", "вот паспорт для заказа:"),
            ("паспорт по заказу 4523150957", "паспорт по заказу"),
            ("паспорт получателя посылки 4523150957", "паспорт получателя посылки"),
            ("серия и номер паспорта на посылку: 4523150957", "серия и номер паспорта на посылку:"),
            ("не могу подтвердить посылку, 4523150957 мой паспорт", "не могу подтвердить посылку,  мой паспорт"),
            ("заказ 1000000017, 4523150957 паспорт", "заказ 1000000017,  паспорт"),
            ("посылка 500100732259 мой инн", "посылка  мой инн"),
            ("загранпаспорт для посылки AB1234567", "загранпаспорт для посылки AB"),
            ("Оформить посылку: 4523 150957 выдан УВД", "Оформить посылку:   выдан УВД"),
            ("верните за заказ на 4276380012345679", "верните за заказ на"),
        ] {
            assert_eq!(mask(text).text.replace(MASK, "").trim_end(), left, "{text}");
        }
    }

    #[test]
    fn what_opens_a_card_or_an_account_is_hidden() {
        for (text, left) in [
            ("05/28, 777", "05/28,"),
            ("12/27 123 4276380012345679", "12/27"),
            ("4276380012345679 срок 12/27 IVAN IVANOV 123", "срок 12/27 IVAN IVANOV"),
            ("4276380012345670 12/27 123", "12/27"),
            ("4276~3800~1234~5679", "~~~"),
            ("цэвэвэ 321", "цэвэвэ"),
            ("сисиви 456", "сисиви"),
            ("пароль: солнышко", "пароль:"),
            ("пасворд qwe123rty", "пасворд"),
            ("пришел код 4821", "пришел код"),
            ("водит. удост. 77 АВ 123456", "водит. удост. 77 АВ"),
            ("спаспорт 4523150957", "спаспорт"),
            ("аспорт 4523150957", "аспорт"),
        ] {
            assert_eq!(mask(text).text.replace(MASK, "").trim(), left, "{text}");
        }
    }

    #[test]
    fn what_only_looks_so_stays() {
        for text in [
            "5000000000001239",
            "договор от 12.11.2026 № 4523 150957",
            "ссылка на паспорт посылки 1000000280",
            "не принимает паспорт на посылку 4001000456",
            "пришел код получения 4821",
            "карта оформлена, заказ 123, забрать до 12/27",
            "пароль не подходит",
            "пароль прислали?",
            "трек 4001234567, паспорт приложила",
            "удостоверьтесь, что 123456 мой заказ",
        ] {
            check(text, text);
        }
    }

    #[test]
    fn the_message_before_announces_or_does_not() {
        let after = |before: &str, text: &str| {
            mask_around(text, &Around { known: HashSet::new(), before: Some(before.into()) }).found
        };
        for before in ["вот мой паспорт, как вы просили", "паспорт невестки:", "мой паспорт"]
        {
            assert!(after(before, "4001234567"), "{before}");
        }
        for before in ["ссылка просит паспорт", "зачем паспорт?", "паспорт не нужен", "без паспорта"]
        {
            assert!(!after(before, "4001234567"), "{before}");
        }
    }

    #[test]
    fn tracking_numbers_orders_phones_dates_and_sums_stay() {
        for text in [
            "RA123456785RU",
            "трек 1234567890",
            "1234567890",
            "паспорт не менял, трек 1234567890",
            "не пришла ссылка для паспортных данных — заказ 1000000165",
            "У меня узбекский паспорт. Заказ 1000000135",
            "заказ 4510 123456",
            "+7 916 123 45 67",
            "89161234567",
            "тел 916 123 45 67",
            "8 916 123-45-67",
            "18.10.2026 к 15 00",
            "ждала 12.10, 15.10 и 18.10",
            "заказы 12345, 12346, 12347",
            "с 10:00 до 18:30, 2500,50 руб",
            "верните 15 000 рублей",
            "",
        ] {
            check(text, text);
        }
    }

    #[test]
    fn no_text_makes_masking_look_at_more_than_a_few_windows_a_letter() {
        let length = |text: &str| text.chars().count();
        for size in [4_096, 100_000] {
            for unit in
                ["1 ", "1", "12 ", "4-", "1\u{200b}", "45 10 ", "4510 123456 ", "паспорт 1 ", "№1", "1:1.1,", "1а"]
            {
                let text = unit.repeat(size / length(unit));
                for text in [format!("карта {text}"), format!("{text}х")] {
                    let mut windows = 0;
                    mask_counting(&text, &HashSet::new(), &mut windows);
                    assert!(windows <= judge::LONGEST * length(&text), "{windows} windows for {size} of «{unit}»");
                }
            }
        }
        // Long runs of digits among the groups are measured, not read again and again.
        let mut windows = 0;
        mask_counting(&format!("{} {}", "1 ".repeat(20), "7".repeat(100_000)), &HashSet::new(), &mut windows);
        assert!(windows < 20 * judge::LONGEST, "{windows}");
    }

    #[test]
    fn a_mask_keeps_the_length_in_utf16() {
        let text = "🙏 паспорт 4510 123456";
        assert_eq!(mask(text).text.encode_utf16().count(), text.encode_utf16().count());
    }
}
