//! Praise and ideas: thanked for in the customer's own terms, and written down for the lead. No person, no promise.
//!
//! ```text
//! customer: курьер молодец, так и передайте
//! bot:      thanks, by the name of what was praised
//! customer: у меня есть идея
//! bot:      asks for it, once
//! customer: пусть пишет за час до приезда
//! bot:      thanks, and what becomes of it
//! ```

use super::flow::Flow;
use crate::conversation::effect::Effect;
use crate::conversation::ids::intent;
use crate::conversation::next::{Asked, Next};
use crate::conversation::state::{Matter, Told};
use crate::conversation::turn::Turn;
use crate::phrases::{Key, Reply};
use understanding::{Decision, Reading};

/// Something kind, or something to be done better: an intent each.
pub(super) struct Aside {
    intent: &'static str,
}

/// A kind word.
pub(super) static PRAISE: Aside = Aside { intent: PRAISE_INTENT };
/// Its intent.
pub(super) const PRAISE_INTENT: &str = "praise";
/// A thought of what could be done better.
pub(super) static IDEA: Aside = Aside { intent: IDEA_INTENT };
/// Its intent.
pub(super) const IDEA_INTENT: &str = "idea";

/// So few words only announce an idea.
const ANNOUNCES: usize = 7;

impl Flow for Aside {
    fn intent(&self) -> &'static str {
        self.intent
    }

    fn texts(&self) -> &'static [Key] {
        TEXTS
    }

    fn begin(&self, turn: &mut Turn<'_>, asked: &Asked) -> Option<Next> {
        let of = turn.choice(self.intent, "of_", &asked.text);
        let brief = asked.text.split_whitespace().count() <= ANNOUNCES;
        let announced = brief && of.is_none() && turn.choice(self.intent, "announced", &asked.text).is_some();
        if announced || asked.text.is_empty() && self.intent == IDEA.intent {
            let reply = turn.reply("idea.ask");
            turn.say(reply);
            turn.tells_of(Matter::Rule(self.intent.into()));
            return Some(Next::Rest);
        }
        // «…И ещё 1000000161, что там таможня?»: written down, and the parcel is looked for.
        if !asked.slots().tracking_numbers.is_empty() {
            let reply = noted(turn, self.intent, of, &asked.text);
            turn.preface(reply);
            let where_is = Asked { reading: asked.reading.clone(), ..Asked::silently(intent::WHERE_IS_PARCEL) };
            return Some(Next::TakeUp(Box::new(where_is)));
        }
        thank(turn, self.intent, of, &asked.text);
        turn.tells_of(Matter::Rule(self.intent.into()));
        Some(Next::Waiting)
    }
}

/// Among so many of the likeliest intents an announced idea is believed.
const LIKELY: usize = 3;

/// Whether a message that no request is sure of announces an idea («Здравствуйте! Есть идея: …»).
pub(super) fn announces(turn: &Turn<'_>, text: &str, reading: &Reading) -> bool {
    let likely = reading.candidates.iter().take(LIKELY).any(|candidate| candidate.intent == IDEA.intent);
    let sure = reading.decision == Decision::Answer || !reading.slots.tracking_numbers.is_empty();
    likely && !sure && turn.choice(IDEA.intent, "announced", text).is_some()
}

/// The words that no request is read in, behind the question for an idea or behind a kind word: they are more of it.
pub(super) fn is_told(turn: &mut Turn<'_>, text: &str) -> Option<Next> {
    let about = |told: &Told| [&IDEA, &PRAISE].into_iter().find(|one| told.what == Matter::Rule(one.intent.into()));
    let about = turn.state.work.told_last.as_ref().and_then(about)?.intent;
    if turn.context.phrasebook.asks(text) {
        return None; // «от меня что-то надо?» is no more of an idea
    }
    turn.state.work.told_last = None;
    let of = turn.choice(about, "of_", text);
    thank(turn, about, of, text);
    Some(Next::Rest)
}

/// A kind word in one clause of a message that asks for something else: thanked for before that is answered.
pub(super) fn beside(turn: &mut Turn<'_>, text: &str) {
    let praises = |clause: &&&str| {
        let reading = understanding::read(turn.context.matcher, clause);
        reading.decision == Decision::Answer && reading.intent.as_deref() == Some(PRAISE.intent)
    };
    let clauses = turn.context.phrasebook.clauses(text);
    let Some(clause) = clauses.iter().find(praises).filter(|_| clauses.len() > 1) else { return };
    let of = turn.choice(PRAISE.intent, "of_", clause);
    let reply = noted(turn, PRAISE.intent, of, clause);
    turn.preface(reply);
}

/// Writes it down for the lead, and thanks for it by the name of the matter.
fn thank(turn: &mut Turn<'_>, about: &'static str, of: Option<String>, text: &str) {
    turn.state.work.request = None; // nothing is to be done for it
    let reply = noted(turn, about, of, text);
    turn.say(reply);
}

/// Writes it down for the lead; the thanks for it.
fn noted(turn: &mut Turn<'_>, about: &'static str, of: Option<String>, text: &str) -> Reply {
    let words = (!text.is_empty()).then(|| text.to_owned());
    turn.effect(Effect::Feedback { about, choice: of.clone(), words });
    let own = of.map(|of| format!("{about}.of_{of}")).filter(|key| turn.context.phrasebook.has(key, turn.language()));
    turn.reply(&own.unwrap_or_else(|| format!("{about}.answer"))).with_some("name", turn.name())
}

/// The texts; the phrasebook is checked against them.
pub(super) const TEXTS: &[Key] = &[
    Key::reply("praise.answer", &[], &["name"]),
    Key::reply("idea.answer", &[], &["name"]),
    Key::reply("idea.ask", &[], &[]),
];
