//! What `otklik check` finds in the canned replies: an agent sends them with one touch, unread.

use super::book::{Canned, Phrasebook};
use super::canned::{Filling, VALUES};
use super::problem::Problem;
use super::template::Template;
use chrono::NaiveDate;
use understanding::Language;

/// The longest title that fits a button on a phone, in characters.
const LONGEST_TITLE: usize = 32;
/// The longest text that is still a message and no letter, in characters.
const LONGEST_TEXT: usize = 1000;
/// The longest id, in bytes: it travels in a button's data, which Telegram holds to 64.
const LONGEST_ID: usize = 24;

/// Everything that is mistaken in the canned replies, in the order of languages and files.
pub(super) fn problems(phrasebook: &Phrasebook) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (language, book) in &phrasebook.books {
        for canned in &book.canned {
            let id = &canned.id;
            let mut wrong = |key: &str, what: String, remedy: &str| {
                let key = Some(format!("canned.{id}{key}"));
                let file = format!("{}/canned.toml", language.id());
                problems.push(Problem { file, key, what, remedy: remedy.into() });
            };
            let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
            if id.is_empty() || id.len() > LONGEST_ID || !id.chars().all(plain) {
                let what = format!("«{id}» cannot be an id");
                wrong("", what, "small latin letters, digits and _, at most 24 together");
            }
            let length = canned.title.trim().chars().count();
            if length == 0 || length > LONGEST_TITLE {
                wrong(".title", format!("{length} characters"), "write 1 to 32: it stands on a button");
            }
            for intent in canned.intents.iter().filter(|intent| !book.intents.contains_key(*intent)) {
                let what = format!("{intent} is no intent of this language");
                wrong(".intents", what, "name the file of an intent, or leave the list empty");
            }
            let wordings = book.phrases.get(&format!("canned.{id}")).map(Vec::as_slice).unwrap_or_default();
            texts(phrasebook, *language, canned, wordings, &mut |what, remedy| wrong(".texts", what, remedy));
        }
    }
    problems.extend(missing(phrasebook));
    problems
}

fn texts(
    phrasebook: &Phrasebook,
    language: Language,
    canned: &Canned,
    wordings: &[Template],
    wrong: &mut dyn FnMut(String, &str),
) {
    for name in wordings.iter().flat_map(Template::names).filter(|name| !VALUES.contains(name)) {
        wrong(format!("{{{name}}} is not known here"), "use only: name, number, date, agent");
    }
    let full = Filling {
        name: Some("Александра".into()),
        number: Some("RA123456785RU".into()),
        date: NaiveDate::from_ymd_opt(2026, 9, 30),
        agent: Some("Константин".into()),
    };
    for filling in [Filling::default(), full] {
        match phrasebook.canned_text(language, &canned.id, &filling) {
            None if filling == Filling::default() => {
                wrong("every wording needs a value".into(), "add one, last, that needs none");
            }
            None => {}
            Some(text) if text.trim().is_empty() => wrong("an empty text".into(), "write what is to be said"),
            Some(text) => {
                let length = text.chars().count();
                if length > LONGEST_TEXT {
                    wrong(format!("{length} characters"), "write 1000 or fewer");
                }
            }
        }
    }
}

/// The ids that one language has and another lacks.
fn missing(phrasebook: &Phrasebook) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (language, book) in &phrasebook.books {
        for (other, others) in phrasebook.books.iter().filter(|(other, _)| other != language) {
            let lacks = |canned: &&Canned| others.canned.iter().all(|theirs| theirs.id != canned.id);
            problems.extend(book.canned.iter().filter(lacks).map(|canned| Problem {
                file: format!("{}/canned.toml", other.id()),
                key: Some(format!("canned.{}", canned.id)),
                what: format!("missing, though {} has it", language.id()),
                remedy: "an agent's choice is said in the customer's language: add it here too".into(),
            }));
        }
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::super::schema::Said;
    use super::super::{check, load};

    /// The problems with the canned replies of a phrasebook of these two files and one intent.
    fn found(ru: &str, en: &str) -> Vec<String> {
        let refund = "title = \"Деньги\"\nexamples = [\"верните деньги\"]";
        let files = [("ru", "canned", ru), ("ru", "refund", refund), ("en", "canned", en), ("en", "refund", refund)];
        let (book, mut problems) = load::from_texts(&files);
        problems.extend(check::complete(&book, &Said::default()));
        let canned = problems.iter().filter(|problem| problem.file.ends_with("canned.toml"));
        canned.map(ToString::to_string).collect()
    }

    fn one(id: &str, rest: &str) -> String {
        format!("[canned.{id}]\n{rest}\n")
    }

    const GOOD: &str = "title = \"Деньги\"\nintents = [\"refund\"]\ntexts = [\"{name}, всё готово.\", \"Всё готово.\"]";

    #[test]
    fn a_good_one_has_no_problem() {
        assert_eq!(found(&one("good", GOOD), &one("good", GOOD)), Vec::<String>::new());
    }

    #[test]
    fn every_mistake_is_named_with_file_and_key() {
        let long = "я".repeat(1001);
        for (id, rest, expected) in [
            ("a", "title = \"А\"\ntexts = [\"{sum}\", \"Да.\"]".to_owned(), "canned.a.texts: {sum} is not known here"),
            ("a", "title = \"А\"\ntexts = [\"{name}, да.\"]".to_owned(), "canned.a.texts: every wording needs a value"),
            ("a", format!("title = \"А\"\ntexts = [\"{long}\"]"), "canned.a.texts: 1001 characters"),
            ("a", format!("title = \"А\"\ntexts = [\"{{name}}{long}\", \"Да.\"]"), "canned.a.texts: 1011 characters"),
            ("a", "title = \"А\"\ntexts = []".to_owned(), "canned.a.texts: every wording needs a value"),
            ("a", "title = \"А\"\ntexts = [\"{name\", \"Да.\"]".to_owned(), "canned.a: a «{» without its «}»"),
            ("a", format!("title = \"{}\"\ntexts = [\"Да.\"]", "т".repeat(33)), "canned.a.title: 33 characters"),
            ("a", GOOD.replace("refund", "refunds"), "canned.a.intents: refunds is no intent"),
            ("Big", GOOD.to_owned(), "canned.Big: «Big» cannot be an id"),
            ("a23456789_123456789_12345", GOOD.to_owned(), "cannot be an id"),
        ] {
            let found = found(&one(id, &rest), &one(id, GOOD));
            assert!(found.iter().any(|p| p.starts_with("ru/canned.toml: ") && p.contains(expected)), "{found:?}");
        }
    }

    #[test]
    fn what_one_language_lacks_is_told() {
        let both = format!("{}{}", one("good", GOOD), one("other", GOOD));
        let in_english = found(&both, &one("good", GOOD));
        assert!(in_english[0].starts_with("en/canned.toml: canned.other: missing") && in_english.len() == 1);
        let in_russian = found(&one("good", GOOD), &both);
        assert!(in_russian[0].starts_with("ru/canned.toml: canned.other: missing") && in_russian.len() == 1);
    }
}
