//! The customs offer does not pass.
//!
//! ```text
//! customer: оферта не подтверждается
//! bot:      asks what is to be seen, with buttons             (at most two such questions)
//! customer: [Данные не принимают] → [Паспорт недавно меняли]
//! bot:      what helps, step by step; or unblocks, annuls and sends a new link through the carrier
//! ```
//!
//! What the message or the carrier says already is not asked. The days that are left are said and remembered.

use super::flow::Flow;
use crate::conversation::heard::{Answer, Heard};
use crate::conversation::ids::intent;
use crate::conversation::matters::offer::Stands;
use crate::conversation::matters::{offer, reminder};
use crate::conversation::next::{Asked, Next};
use crate::conversation::state::{Fact, Matter, Question, Reason};
use crate::conversation::steps;
use crate::conversation::task::{Cause, Group, Task, Work};
use crate::conversation::turn::Turn;
use crate::parcel::{Change, Found};
use crate::phrases::{Key, Value};

const INTENT: &str = intent::OFFER_BLOCKED;

/// Gets an offer confirmed.
pub(super) struct OfferBlocked;

impl Flow for OfferBlocked {
    fn intent(&self) -> &'static str {
        INTENT
    }

    fn texts(&self) -> &'static [Key] {
        TEXTS
    }

    /// The words may say why.
    fn begin(&self, turn: &mut Turn<'_>, asked: &Asked) -> Option<Next> {
        let cause = offer::cause_in(turn, &asked.text);
        // Asked for the number, or the phone, the customer hears first that the trouble was understood.
        let no_number = asked.slots().tracking_numbers.is_empty() && turn.state.work.parcel.is_none();
        // Of a blockade, and of a check that takes long, it is heard before the proof, too; the other causes need none.
        let needs_proof = matches!(cause, Some(Cause::LinkBlocked | Cause::CheckStuck));
        let no_proof = turn.state.customer.phone.is_none() && needs_proof;
        let unknown = no_number || no_proof;
        let heard = cause.map(|cause| format!("offer_blocked.heard_{}", cause.code())).filter(|_| unknown);
        if let Some(heard) = heard.filter(|key| turn.context.phrasebook.has(key, turn.language())) {
            let reply = turn.reply(&heard);
            turn.preface(reply);
        }
        Some(steps::begin(turn, Work::Offer { cause }, asked))
    }

    fn go_on(&self, turn: &mut Turn<'_>) -> Next {
        let Some(Work::Offer { cause }) = turn.state.work.task.as_ref().map(|task| &task.work) else {
            return Next::Rest;
        };
        let Some(cause) = *cause else {
            return find_cause(turn);
        };
        match cause {
            // What the customer can do without us: no number is needed for it.
            Cause::DataMismatch | Cause::NoInn | Cause::PassportLost => advise(turn, cause),
            Cause::LinkNotReceived => steps::turn_into(turn, Work::Link),
            Cause::InnNotLinked
            | Cause::Technical
            | Cause::ForeignCitizen
            | Cause::LinkBlocked
            | Cause::CheckStuck
            | Cause::DeadlinePassed => match steps::parcel(turn) {
                Some(found) => with_parcel(turn, cause, &found),
                None => Next::Rest,
            },
        }
    }

    fn groups(&self) -> &'static [Group] {
        &[Group::Sight, Group::Mismatch, Group::Passport]
    }

    /// The customer told what they see, or what the matter with the data may be.
    fn chosen(&self, turn: &mut Turn<'_>, group: Group, answer: &str, words: Option<&str>) -> Next {
        // «Паспорт узбекский»: which passport it is was said with it.
        let (file, begin) = Group::Passport.place();
        let document = words.filter(|_| (group, answer) == (Group::Sight, "passport"));
        let document = document.and_then(|words| turn.choice(file, begin, words));
        if let Some(document) = document {
            return self.chosen(turn, Group::Passport, &document, None);
        }
        let cause = match (group, answer) {
            (Group::Sight, "not_accepted") => {
                let reply = turn.reply("offer_blocked.ask_mismatch");
                return steps::choose(turn, Group::Mismatch, reply);
            }
            (Group::Sight, "passport") => {
                let reply = turn.reply("offer_blocked.ask_passport");
                return steps::choose(turn, Group::Passport, reply);
            }
            (Group::Mismatch, "passport_changed") => Some(Cause::InnNotLinked),
            (Group::Mismatch, "all_right") => Some(Cause::Technical),
            (Group::Mismatch, _) => Some(Cause::DataMismatch),
            (Group::Passport, "foreign") => Some(Cause::ForeignCitizen),
            (Group::Passport, _) => Some(Cause::PassportLost),
            (_, other) => Cause::from_code(other),
        };
        steps::turn_into(turn, Work::Offer { cause })
    }

    /// What the causes are called in other words counts as well.
    fn answered(&self, turn: &mut Turn<'_>, question: &Question, heard: &Heard<'_>) -> Answer {
        let Question::Choose(group) = question else {
            return Answer::AsUsual;
        };
        let (file, begin) = group.place();
        if turn.choice(file, begin, heard.text).is_some() {
            return Answer::AsUsual;
        }
        match turn.choice(INTENT, "cause_", heard.text) {
            Some(cause) => Answer::Taken(self.chosen(turn, Group::Sight, &cause, Some(heard.text))),
            None => Answer::AsUsual,
        }
    }

    fn told(&self, task: &Task) -> Vec<Fact> {
        let Work::Offer { cause } = &task.work else {
            return Vec::new();
        };
        cause.map(Fact::Cause).into_iter().collect()
    }

    fn is_irreversible(&self) -> bool {
        true
    }

    fn covers(&self) -> &'static [&'static str] {
        &[intent::RESEND_LINK]
    }
}

/// The cause is not known: what the carrier knows settles it, or the customer is asked what they see.
fn find_cause(turn: &mut Turn<'_>) -> Next {
    let known =
        turn.state.work.task.as_ref().is_some_and(|task| task.number.is_some()) || turn.state.work.parcel.is_some();
    if known {
        let Some(found) = steps::parcel(turn) else {
            return Next::Rest;
        };
        if let Some(next) = settled_by_state(turn, &found) {
            return next;
        }
    }
    let reply = turn.reply("offer_blocked.ask_sight");
    steps::choose(turn, Group::Sight, reply)
}

/// What helps against a cause that the carrier has a word in.
fn with_parcel(turn: &mut Turn<'_>, cause: Cause, found: &Found) -> Next {
    let stands = offer::stands(turn, found);
    match cause {
        Cause::LinkBlocked if stands == Stands::Blocked => unblock(turn, found),
        Cause::CheckStuck if stands == Stands::Checking => offer::checking(turn, found),
        Cause::LinkBlocked | Cause::CheckStuck => offer::by_state(turn, found),
        Cause::DeadlinePassed => offer::deadline(turn, found),
        Cause::ForeignCitizen => settled_by_state(turn, found).unwrap_or_else(|| {
            let reply = turn.reply("offer_blocked.help_foreign_citizen");
            turn.preface(reply);
            Next::person(Reason::Accepted)
        }),
        Cause::InnNotLinked
        | Cause::Technical
        | Cause::DataMismatch
        | Cause::NoInn
        | Cause::PassportLost
        | Cause::LinkNotReceived => settled_by_state(turn, found).unwrap_or_else(|| by_hand(turn, cause, found)),
    }
}

/// What is answered where the state of the offer makes further questions needless.
fn settled_by_state(turn: &mut Turn<'_>, found: &Found) -> Option<Next> {
    let number = steps::number_of(found);
    let because = |turn: &mut Turn<'_>, cause| steps::turn_into(turn, Work::Offer { cause: Some(cause) });
    match offer::stands(turn, found) {
        Stands::Past => Some(offer::past(turn, found)),
        Stands::Confirmed => Some(offer::confirmed(turn, number)),
        Stands::NotSent => Some(offer::not_sent(turn, number)),
        Stands::Blocked => Some(because(turn, Cause::LinkBlocked)),
        Stands::Expired => Some(because(turn, Cause::DeadlinePassed)),
        Stands::Checking => Some(because(turn, Cause::CheckStuck)),
        Stands::Waits | Stands::None => None,
    }
}

/// What helps, step by step; a new link is a press away.
fn advise(turn: &mut Turn<'_>, cause: Cause) -> Next {
    let reply = turn.reply(&format!("offer_blocked.help_{}", cause.code()));
    let known = steps::known_parcel(turn);
    let clock = known.as_ref().and_then(|found| reminder::days_left(turn, &found.parcel));
    let until = known.as_ref().and_then(|found| reminder::last_day(turn, &found.parcel));
    turn.tells_until(Matter::Help, until);
    let new_link = vec![turn.request_button(intent::RESEND_LINK)];
    steps::solved(turn, std::iter::once(reply).chain(clock).collect(), vec![new_link])
}

/// What a person confirms by hand from documents.
fn by_hand(turn: &mut Turn<'_>, cause: Cause, found: &Found) -> Next {
    let email = turn.context.policy.papers_email.clone().map(Value::Text);
    let reply = turn.reply(&format!("offer_blocked.help_{}", cause.code())).with_some("email", email);
    let clock = reminder::days_left(turn, &found.parcel);
    let until = reminder::last_day(turn, &found.parcel);
    turn.tells_until(Matter::Help, until);
    turn.state.work.open = Some(Question::Person { about: INTENT.into() });
    let buttons = vec![turn.person_row()];
    turn.say_parts(std::iter::once(reply).chain(clock).collect(), buttons);
    Next::Rest
}

fn unblock(turn: &mut Turn<'_>, found: &Found) -> Next {
    if let Some(next) = steps::proof(turn, found) {
        return next;
    }
    let reply = turn.reply("offer_blocked.confirm_unblock").with("number", steps::number_of(found));
    steps::confirm(turn, Change::UnblockOffer, reply)
}

/// The texts this flow says; the phrasebook is checked against them.
const TEXTS: &[Key] = &[
    Key::reply("offer_blocked.ask_number", &[], &[]),
    Key::reply("offer_blocked.ask_sight", &[], &[]),
    Key::reply("offer_blocked.ask_mismatch", &[], &[]),
    Key::reply("offer_blocked.ask_passport", &[], &[]),
    Key::reply("offer_blocked.help_no_inn", &[], &[]),
    Key::reply("offer_blocked.help_passport_lost", &[], &[]),
    Key::reply("offer_blocked.help_foreign_citizen", &[], &[]),
    Key::reply("offer_blocked.help_data_mismatch", &[], &[]),
    Key::reply("offer_blocked.help_inn_not_linked", &[], &["email"]),
    Key::reply("offer_blocked.help_technical", &[], &["email"]),
    Key::reply("offer_blocked.confirmed", &["number"], &[]),
    Key::reply("offer_blocked.past", &["number"], &[]),
    Key::reply("offer_blocked.confirm_unblock", &["number"], &[]),
    Key::reply("offer_blocked.confirm_annul", &["number"], &[]),
    Key::reply("offer_blocked.deadline_passed", &["number"], &[]),
    Key::reply("offer_blocked.not_over", &["number"], &[]),
    Key::reply("offer_blocked.unblocked", &["number", "reference"], &[]),
    Key::reply("offer_blocked.annulled", &["number", "reference"], &[]),
    Key::reply("offer_blocked.checking", &["number"], &["deadline"]),
    Key::reply("offer_blocked.days_left", &["days", "date", "remind"], &[]),
    Key::reply("offer_blocked.last_day", &["days", "date"], &[]),
    Key::reply("offer_blocked.reminder", &["number", "days", "date"], &[]),
    Key::reply("offer_blocked.reminder_last", &["number", "days", "date"], &[]),
    Key::text("offer_blocked.topic_blocked", &[]),
    Key::reply("offer_blocked.heard_foreign_citizen", &[], &[]),
    Key::reply("offer_blocked.heard_inn_not_linked", &[], &[]),
    Key::reply("offer_blocked.heard_link_blocked", &[], &[]),
    Key::reply("offer_blocked.heard_check_stuck", &[], &[]),
    Key::text("button.yes_unblock_offer", &[]),
    Key::text("button.yes_annul_offer", &[]),
    Key::choice("offer_blocked.sight_link_blocked"),
    Key::choice("offer_blocked.sight_not_accepted"),
    Key::choice("offer_blocked.sight_check_stuck"),
    Key::choice("offer_blocked.sight_link_not_received"),
    Key::choice("offer_blocked.sight_no_inn"),
    Key::choice("offer_blocked.sight_passport"),
    Key::choice("offer_blocked.sight_deadline_passed"),
    Key::choice("offer_blocked.mismatch_passport_changed"),
    Key::choice("offer_blocked.mismatch_all_right"),
    Key::choice("offer_blocked.mismatch_not_sure"),
    Key::choice("offer_blocked.document_foreign"),
    Key::choice("offer_blocked.document_lost"),
    Key::choice("offer_blocked.cause_data_mismatch"),
    Key::choice("offer_blocked.cause_inn_not_linked"),
    Key::choice("offer_blocked.cause_technical"),
    Key::choice("offer_blocked.cause_no_inn"),
    Key::choice("offer_blocked.cause_foreign_citizen"),
    Key::choice("offer_blocked.cause_passport_lost"),
    Key::choice("offer_blocked.cause_link_blocked"),
    Key::choice("offer_blocked.cause_check_stuck"),
    Key::choice("offer_blocked.cause_link_not_received"),
    Key::choice("offer_blocked.cause_deadline_passed"),
];
