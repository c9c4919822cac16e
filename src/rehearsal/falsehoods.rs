//! What is false because of how things stand, whatever was wanted: families of sentences (`falsehoods.toml`), each with
//! when it is false, held against the bot's words one sentence at a time.

use super::days;
use super::facts::{Facts, When};
use super::format::fold;
use regex::{Regex, RegexSet};
use serde::Deserialize;
use std::sync::LazyLock;

const WRITTEN: &str = include_str!("falsehoods.toml");

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    supposes: Vec<String>,
    family: Vec<WrittenFamily>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenFamily {
    name: String,
    #[serde(default, rename = "false")]
    when: When,
    said: Vec<String>,
    #[serde(default)]
    but: Vec<String>,
    #[serde(default)]
    even_if: bool,
}

struct Family {
    name: String,
    when: When,
    said: RegexSet,
    but: RegexSet,
    even_if: bool,
}

struct Families {
    supposes: RegexSet,
    /// What a sentence quotes is not said by it.
    quoted: Regex,
    all: Vec<Family>,
}

static FAMILIES: LazyLock<Families> = LazyLock::new(|| {
    let set = |patterns: Vec<String>| RegexSet::new(patterns).expect("a pattern of falsehoods.toml, held by a test");
    let written: Written = toml::from_str(WRITTEN).expect("falsehoods.toml, held by a test");
    let family = |family: WrittenFamily| Family {
        name: family.name,
        when: family.when,
        said: set(family.said),
        but: set(family.but),
        even_if: family.even_if,
    };
    Families {
        supposes: set(written.supposes),
        quoted: Regex::new("«[^»]{0,80}»|\"[^\"]{0,80}\"").expect("a pattern of ours"),
        all: written.family.into_iter().map(family).collect(),
    }
});

/// The names of the untruths in the bot's words `text`, as things stand; each with its sentence.
pub(super) fn falsehoods(facts: &Facts, text: &str) -> Vec<String> {
    let families = &*FAMILIES;
    let mut found: Vec<String> = facts.leaks(text).map(str::to_owned).into_iter().collect();
    for sentence in sentences(text) {
        let read = fold(&families.quoted.replace_all(&sentence, "…")).to_lowercase();
        let supposes = families.supposes.is_match(&read);
        for family in &families.all {
            let says = (family.even_if || !supposes) && family.said.is_match(&read) && !family.but.is_match(&read);
            if says
                && facts.is_false(family.when)
                && (family.when != When::DayOfNobody || days::of_nobody(facts, &read))
            {
                found.push(format!("{}: «{sentence}»", family.name));
            }
        }
    }
    found
}

/// The sentences of a text, each with the sign that ends it. A dot inside a date or a number ends none.
fn sentences(text: &str) -> Vec<String> {
    let mut found = vec![String::new()];
    let mut signs = text.chars().peekable();
    while let Some(c) = signs.next() {
        let ends = match c {
            '\n' | ';' => true,
            '.' | '!' | '?' | '…' => signs.peek().is_none_or(|next| next.is_whitespace()),
            _ => false,
        };
        let kept = !ends || !matches!(c, '\n' | '.');
        found.iter_mut().last().filter(|_| kept).into_iter().for_each(|last| last.push(c));
        if ends {
            found.push(String::new());
        }
    }
    let trimmed = found.iter().map(|sentence| {
        sentence.trim().trim_start_matches(|c: char| !c.is_alphanumeric() && c != '«' && c != '+').to_owned()
    });
    trimmed.filter(|sentence| !sentence.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::super::facts::at_first;
    use super::super::format::{Rehearsal, Step, Words};
    use super::*;

    /// How things stand with one parcel that is written so; 2026-11-23 is a Monday.
    fn facts(parcel: &str) -> Facts {
        let head = "voice = \"a\"\nkinds = [\"number\"]\n[world]\nnow = \"2026-11-23T10:15\"\n[[world.parcels]]";
        let text = format!("{head}\nnumber = \"1000000017\"\n{parcel}\n[[steps]]\nsay = \"а\"");
        at_first(&Rehearsal::parse(&text).expect("a rehearsal"))
    }

    fn moving() -> Facts {
        facts("status = \"in_transit\"\nplanned = \"2026-11-25\"\norder = { state = \"in_transit\", sum = 2490 }")
    }

    fn all_false(facts: &Facts, sentences: &[&str]) {
        for sentence in sentences {
            assert!(!falsehoods(facts, sentence).is_empty(), "«{sentence}» passes");
        }
    }

    fn none_false(facts: &Facts, sentences: &[&str]) {
        for sentence in sentences {
            assert_eq!(falsehoods(facts, sentence), Vec::<String>::new());
        }
    }

    #[test]
    fn every_family_is_read_and_has_a_name_of_its_own() {
        let mut names: Vec<&str> = FAMILIES.all.iter().map(|family| family.name.as_str()).collect();
        let all = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), all);
    }

    #[test]
    fn a_parcel_under_way_is_not_delivered() {
        let said = [
            "Посылка уже доставлена.",
            "Здравствуйте! Посылка 1000000017: вручена 22 ноября.",
            "Вы уже получили посылку.",
            "The parcel has been delivered.",
            "It was already handed over.",
        ];
        all_false(&moving(), &said);
        none_false(&facts("status = \"delivered\""), &said[..2]);
        none_false(
            &moving(),
            &[
                "Отменить можно, пока посылка не вручена.",
                "Если посылка доставлена, деньги вернёт продавец.",
                "Посылка ещё не доставлена.",
                "Статус «Доставлено получателю» придёт сам.",
                "Посылка уже доставлена?",
                "Once the parcel has been delivered, you have 7 days.",
                "The parcel has not been delivered yet.",
            ],
        );
    }

    #[test]
    fn what_goes_back_is_not_under_way() {
        for parcel in ["status = \"returning\"", "status = \"offer_expired\"", "status = \"prohibited_goods\""] {
            let said = [
                "Посылка уже едет к вам.",
                "Она в пути.",
                "Ждите курьера.",
                "The parcel is on its way.",
                "It will arrive.",
            ];
            all_false(&facts(parcel), &said);
            none_false(&moving(), &said);
            let true_words =
                ["Посылка едет обратно к отправителю.", "Не ждите курьера.", "The parcel is on its way back."];
            none_false(&facts("status = \"returning\""), &true_words);
        }
    }

    #[test]
    fn a_day_is_a_planned_one() {
        none_false(
            &moving(),
            &[
                "Посылка будет у вас 25 ноября, в среду.",
                "Привезём послезавтра.",
                "По плану 25.11.",
                "Доставка планируется на 25-е.",
                "Сегодня посылку не привезут.",
                "Передам просьбу: привезут 27 ноября, вам удобно?",
                "Доставка планировалась на 20 ноября.",
                "Ответим сегодня до 12:00.",
                "The parcel will be with you by 25 November.",
                "It is expected on Wednesday.",
            ],
        );
        all_false(
            &moving(),
            &[
                "Привезём 26 ноября.",
                "Посылка будет у вас завтра.",
                "Доставка планируется на пятницу.",
                "Курьер приедет сегодня.",
                "Посылку привезут 24-го.",
                "Доставка: 26.11",
                "The parcel will arrive on Friday.",
                "It is expected on 26 November.",
                "The delivery is planned for November 27.",
            ],
        );
    }

    #[test]
    fn nothing_is_called_done_that_is_not() {
        let undone = [
            "Заказ отменён.",
            "Готово, отменили.",
            "The order is cancelled.",
            "Деньги уже вернули.",
            "Возврат одобрен.",
            "Возврат оформлен.",
            "The refund has been paid.",
            "Новая ссылка отправлена.",
            "I have sent you a new link.",
            "Ссылка разблокирована.",
            "Оферта подтверждена.",
            "The offer has been confirmed.",
            "Адрес изменён.",
            "The delivery has been rescheduled.",
            "Посылка готова к выдаче.",
            "Посылка возвращается.",
        ];
        let asked = facts("status = \"offer_sent\"\noffer = { state = \"sent\" }\norder = { state = \"accepted\" }");
        all_false(&asked, &undone);
        none_false(
            &asked,
            &[
                "Отменить можно в любое время до вручения.",
                "Заказ пока не отменён.",
                "Если отменить, деньги вернутся на ту же карту.",
                "Ничего не отменяем.",
                "Когда оферта подтверждена, посылка едет дальше.",
                "Деньги ещё не вернули.",
                "The order is not cancelled.",
                "Money returns the way it came.",
            ],
        );
        let mut cancelled = asked.clone();
        cancelled.changes.push("cancel");
        none_false(&cancelled, &["Заказ отменён."]);
        all_false(&cancelled, &["Заказ не отменён."]);
    }

    #[test]
    fn a_known_number_is_found() {
        let mut heard = moving();
        none_false(&heard, &["Такой посылки нет."]);
        heard.hear(&Step { say: Some(Words::One("где 1000000017".into())), ..Step::default() });
        all_false(&heard, &["Посылка 1000000017 не найдена.", "Не нахожу такой номер.", "I can't find this number."]);
        heard.hear(&Step { say: Some(Words::One("и 1000000099".into())), ..Step::default() });
        none_false(&heard, &["Посылка 1000000099 не найдена."]);
    }

    #[test]
    fn what_waits_for_the_customer_is_said() {
        let due = facts("status = \"customs_payment_due\"");
        let said = ["От вас ничего не нужно.", "Всё идёт по плану.", "Nothing is needed."];
        all_false(&due, &said);
        none_false(&moving(), &said);
        all_false(&moving(), &["Вам нужно оплатить пошлину."]);
        none_false(&due, &["Вам нужно оплатить пошлину.", "Повторять ничего не нужно."]);
    }

    #[test]
    fn some_things_are_never_said() {
        all_false(
            &moving(),
            &[
                "Гарантируем доставку.",
                "Точно привезём!",
                "We guarantee it.",
                "Мы вам перезвоним.",
                "A colleague will call you.",
                "Пришлите паспорт сюда.",
                "Напишите мне номер карты.",
                "Send your passport here.",
                "Оплатите по этой ссылке.",
                "Найдите уведомление в СМС и оплатите по нему.",
                "Посылка утеряна.",
                "The parcel is lost.",
                "Вас не было дома.",
                "You did not open.",
                "Я не бот.",
                "Мы вам всё компенсируем.",
                "Курьер ждёт 30 минут.",
                "Документы не нужны.",
                "Деньги не вернутся.",
            ],
        );
        none_false(
            &moving(),
            &[
                "Гарантировать день не могу.",
                "Не присылайте паспорт в чат.",
                "Не платите по ссылке из SMS.",
                "Курьер отметил, что вас не было дома. Простите, разберёмся.",
                "Да, я бот.",
                "Курьер ждёт 15 минут.",
                "Подойдёт паспорт или права.",
                "Please don't send your passport here.",
                "Деньги не пропадут.",
            ],
        );
    }

    #[test]
    fn what_is_personal_is_not_told() {
        let mut heard = moving();
        heard.hear(&Step { say: Some(Words::One("моя карта 4111 1111 1111 1111".into())), ..Step::default() });
        all_false(&heard, &["Карта 4111 1111 1111 1111 записана.", "Телефон получателя +7 900 000-00-01."]);
        none_false(&heard, &["Карта ••••1111."]);
    }
}
