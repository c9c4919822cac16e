//! What a message says as an answer to something that the bot has asked.

use super::next::Next;
use super::turn::is_small_talk;
use crate::parcel::TrackingNumber;
use crate::phrases::{Phrasebook, SmallWord};
use understanding::{Decision, Reading};

/// A message that gives a number has so many other words at most.
const BESIDE_A_NUMBER: usize = 3;

/// So many letters of the customer's words are repeated to them, or stand on the card.
const REPEATED: usize = 200;

/// The customer's words in one line, as they are repeated: cut where they are long.
pub(super) fn repeated(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.chars().count() > REPEATED {
        true => line.chars().take(REPEATED).chain(['…']).collect(),
        false => line,
    }
}

/// A message, looked at as an answer.
pub(super) struct Heard<'r> {
    /// The words, masked, as typed.
    pub text: &'r str,
    /// What was read in them.
    pub reading: &'r Reading,
    /// Whether it is a yes or a no; `None` when it is neither.
    pub yes: Option<bool>,
    /// A yes that is more than a nod.
    pub plain_yes: bool,
    /// A small word such as «ок», «секунду»; `None` when it is none.
    pub small: Option<SmallWord>,
    /// It names a person, as an answer to the offer of one.
    pub calls_person: bool,
    /// The intent that is surely meant, small talk included; `None` when it is not sure.
    pub request: Option<String>,
    /// Nothing but numbers was said.
    pub only_number: bool,
}

impl<'r> Heard<'r> {
    pub fn new(phrasebook: &Phrasebook, text: &'r str, reading: &'r Reading) -> Heard<'r> {
        Heard {
            text,
            reading,
            yes: phrasebook.yes_or_no(text),
            plain_yes: phrasebook.plain_yes(text),
            small: phrasebook.small_word(text),
            calls_person: phrasebook.calls_person(text),
            request: reading.intent.clone().filter(|_| reading.decision == Decision::Answer),
            only_number: text.split_whitespace().all(|word| word.chars().any(|c| c.is_ascii_digit())),
        }
    }

    /// The same of a customer who writes in a neighbour language: «так, оформлюйте» is a yes there.
    pub fn in_neighbours(&mut self, phrasebook: &Phrasebook) {
        if let Some(text) = phrasebook.in_neighbours(self.text) {
            self.yes = self.yes.or_else(|| phrasebook.yes_or_no(&text));
            // Plain it is only in words of that language: «так, спасибо» is «well, thanks» to who goes on in this one.
            let in_its_words =
                self.reading.neighbours || phrasebook.choice("common", "neighbours_", self.text).is_some();
            self.plain_yes |= in_its_words && phrasebook.plain_yes(&text);
        }
    }

    /// The first tracking number in it, as it was typed.
    pub fn number(&self) -> Option<&'r String> {
        self.reading.slots.tracking_numbers.first()
    }

    /// The number it names, if that is another than this one.
    pub fn another_than(&self, present: Option<&TrackingNumber>) -> Option<&String> {
        self.number().filter(|number| Some(&TrackingNumber::new(number)) != present)
    }

    /// Whether it gives a number and says hardly more: «заказ номер 1000000093», «вот он, 1000000102».
    pub fn gives_number(&self) -> bool {
        let has_digit = |word: &&str| word.chars().any(|c| c.is_ascii_digit());
        let beside = self.text.split_whitespace().filter(|word| !has_digit(word)).count();
        let other = self.intent().is_some_and(|intent| intent != super::ids::intent::WHERE_IS_PARCEL);
        self.number().is_some() && beside <= BESIDE_A_NUMBER && !other && !self.text.contains('?')
    }

    /// Whether it is surely this request, or small talk of this kind.
    pub fn is(&self, intent: &str) -> bool {
        self.request.as_deref() == Some(intent)
    }

    /// The request that is surely made; `None` for small talk, and when it is not sure.
    pub fn intent(&self) -> Option<&str> {
        self.request.as_deref().filter(|request| !is_small_talk(request))
    }

    /// Whether it turns from a question that need not be answered to something else: it names another parcel than one of
    /// `known`, or surely asks for something other than `about`, which the question belongs to.
    pub fn turns_away(&self, about: Option<&str>, known: &[Option<&TrackingNumber>]) -> bool {
        let number = self.number().map(|number| TrackingNumber::new(number));
        let is_known = |number: &TrackingNumber| known.contains(&Some(number));
        let another = !self.reading.slots.doubtful_numbers.is_empty() || number.as_ref().is_some_and(|n| !is_known(n));
        another || self.intent().is_some_and(|intent| Some(intent) != about || number.is_some())
    }

    /// Whether it is surely another request than `about`.
    pub fn is_other_than(&self, about: &str) -> bool {
        self.request.as_deref().is_some_and(|request| request != about)
    }
}

/// What a flow makes of an answer to a question of its own.
#[derive(Debug, PartialEq)]
pub(super) enum Answer {
    /// It is an answer, and this comes next.
    Taken(Next),
    /// It is none: the customer has turned to something else.
    OtherMatter,
    /// The flow has nothing to say to it beyond what holds for all.
    AsUsual,
}
