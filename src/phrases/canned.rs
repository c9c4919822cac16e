//! Canned replies: the texts an agent inserts with one touch instead of typing them for the hundredth time.

use super::book::{Canned, Phrasebook};
use super::reply::{Reply, Rules, Value};
use super::words::words_of;
use chrono::NaiveDate;
use understanding::Language;

/// What a canned reply is filled with, as far as it is known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filling {
    /// The customer's first name; `None` when Telegram tells none.
    pub name: Option<String>,
    /// The parcel's tracking number, in its normal form; `None` when the conversation is about no parcel.
    pub number: Option<String>,
    /// The day that is meant: of an answer, of a visit, of the money; `None` when only the agent knows it.
    pub date: Option<NaiveDate>,
    /// The agent's first name, as the customer may read it; `None` when no agent sends it.
    pub agent: Option<String>,
}

/// The names of the values of [`Filling`], as texts write them.
pub(super) const VALUES: [&str; 4] = ["name", "number", "date", "agent"];

impl Phrasebook {
    /// The canned replies in the order of the file; those of the default language for one that has none.
    pub fn canned(&self, language: Language) -> &[Canned] {
        let of = |language| self.book(language).map(|book| book.canned.as_slice()).filter(|all| !all.is_empty());
        of(language).or_else(|| of(self.default_language())).unwrap_or_default()
    }

    /// The canned replies to propose for a request of this intent: those made for it first, then those for any. Without
    /// one, those for any.
    pub fn canned_for(&self, language: Language, intent: Option<&str>) -> Vec<&Canned> {
        let all = self.canned(language);
        let own =
            all.iter().filter(|canned| intent.is_some_and(|intent| canned.intents.iter().any(|own| own == intent)));
        own.chain(all.iter().filter(|canned| canned.intents.is_empty())).collect()
    }

    /// The canned replies that `words` mean, in the order of the file: the one with this id, else those in whose title
    /// or texts every one of the words begins a word, whatever the case. No word finds nothing.
    pub fn find_canned(&self, language: Language, words: &str) -> Vec<&Canned> {
        let all = self.canned(language);
        let id = words.trim().to_lowercase();
        if let Some(canned) = all.iter().find(|canned| canned.id == id) {
            return vec![canned];
        }
        let wanted = words_of(words);
        let fits = |canned: &&Canned| !wanted.is_empty() && wanted.iter().all(|word| canned.says(word));
        all.iter().filter(fits).collect()
    }

    /// The text of a canned reply: the first of its wordings that needs only what is known, so the same filling always
    /// gives the same text. `None` when there is no reply with this id, or every wording needs more.
    pub fn canned_text(&self, language: Language, id: &str, filling: &Filling) -> Option<String> {
        let Filling { name, number, date, agent } = filling;
        let text = |value: &Option<String>| value.clone().map(Value::Text);
        let key = format!("canned.{id}");
        let (language, wordings) = self.templates(&key, language)?;
        let reply = Reply::new(key, language)
            .with_some("name", text(name))
            .with_some("number", text(number))
            .with_some("date", date.map(Value::Date))
            .with_some("agent", text(agent));
        let fitting = wordings.iter().find(|wording| wording.names().all(|name| reply.values.contains_key(name)))?;
        let show = |value: &Value| self.show(language, value, None, &Rules::default());
        Some(fitting.render(self.plural(language), &reply.values, &show))
    }
}

#[cfg(test)]
mod tests {
    use super::super::load::{self, EN, RU};
    use super::*;

    fn ids<'a>(found: &[&'a Canned]) -> Vec<&'a str> {
        found.iter().map(|canned| canned.id.as_str()).collect()
    }

    #[test]
    fn what_is_for_the_wish_comes_first_then_what_is_for_any() {
        let (book, _) = load::shipped();
        let proposed = ids(&book.canned_for(RU, Some("refund")));
        assert_eq!(proposed, ["refund_sent", "shop_decides", "sorry_for_wait", "transfer", "did_it_help"]);
        let without = ids(&book.canned_for(EN, None));
        assert_eq!(without, ["sorry_for_wait", "transfer", "did_it_help"], "in the order of the file");
        assert_eq!(book.canned(RU)[0].id, "ask_number", "in the order of the file, not of the alphabet");
    }

    #[test]
    fn an_agent_finds_one_by_its_id_or_by_words() {
        let (book, _) = load::shipped();
        let found = |words| ids(&book.find_canned(RU, words));
        assert_eq!(found("Link_Sent"), ["link_sent"]);
        assert_eq!(found("ПОЧТОМАТ брак"), ["locker_defect"]);
        assert_eq!(found("курьер встреч"), ["new_visit"], "a word of the text, by its beginning");
        assert!(found("курьер пингвин").is_empty(), "every word must occur");
        assert!(found(" ").is_empty());
        assert_eq!(ids(&book.find_canned(EN, "locker hours")), ["locker_defect"]);
    }

    #[test]
    fn the_first_wording_whose_values_are_known_is_used() {
        let (book, _) = load::shipped();
        let say = |language, filling: &Filling| book.canned_text(language, "found", filling).expect("a text");
        let known = Filling {
            name: Some("Анна".into()),
            number: Some("RA123456785RU".into()),
            date: NaiveDate::from_ymd_opt(2026, 11, 18),
            agent: None,
        };
        let all = say(RU, &known);
        assert!(all.starts_with("Анна, посылка RA123456785RU нашлась") && all.contains("18 ноября"), "{all}");
        let nameless = say(RU, &Filling { name: None, ..known.clone() });
        assert!(nameless.starts_with("Посылка RA123456785RU нашлась"), "{nameless}");
        let nothing = say(EN, &Filling::default());
        assert!(nothing.starts_with("The parcel is found") && !nothing.contains('{'), "{nothing}");
        assert_eq!(book.canned_text(RU, "no_such", &known), None);
    }

    #[test]
    fn the_shipped_ones_keep_the_voice() {
        let (book, _) = load::shipped();
        let known = Filling {
            name: Some("Анна".into()),
            number: Some("RA123456785RU".into()),
            date: NaiveDate::from_ymd_opt(2026, 11, 18),
            agent: Some("Мария".into()),
        };
        for language in [RU, EN] {
            assert!(book.canned(language).len() >= 20);
            for canned in book.canned(language) {
                for filling in [Filling::default(), known.clone()] {
                    let text = book.canned_text(language, &canned.id, &filling).expect("a text");
                    let plain = text.chars().all(|c| c.is_alphanumeric() || " .,:;?'«»“”–-".contains(c));
                    assert!(plain && text.chars().count() < 320, "short, no cheer, no emoji: {text}");
                }
            }
        }
    }
}
