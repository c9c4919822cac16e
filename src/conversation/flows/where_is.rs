//! Where is my parcel?
//!
//! ```text
//! customer: где моя посылка?
//! bot:      asks for the tracking number, once
//! customer: RA123456785RU
//! bot:      where it is, what comes next, what the customer must do
//! ```
//!
//! A number that cannot be right is asked for once more by showing it; after that, a person. A status that stands still
//! past its planned day is never recited: a person looks into it. «Delivered», but not received, goes to a person at
//! once. A customer who follows a parcel hears of its changes.

use super::flow::Flow;
use crate::conversation::event::{CarrierRequest, Tracked, Why};
use crate::conversation::heard::{Answer, Heard};
use crate::conversation::ids::intent;
use crate::conversation::matters::{about, further, offer, status, tell};
use crate::conversation::next::{Asked, Next};
use crate::conversation::state::Question;
use crate::conversation::turn::Turn;
use crate::conversation::{carrier_retry, follow_up, steps, story, told};
use crate::parcel::{Found, Parcel, TrackingNumber, Truth, TruthKind};
use crate::phrases::{FOLLOW_UP, Key, Reply, SmallWord, Value};
use chrono::Duration;
use understanding::Mood;

const INTENT: &str = intent::WHERE_IS_PARCEL;

/// Within this an unchanged status is no news.
const SAME_STATUS: Duration = Duration::hours(12);

/// A yes of more words than this says something beside it.
const NOD: usize = 2;

/// From so many digits on a clause names a parcel.
const OF_A_NUMBER: usize = 5;
/// From this probability on a question is a follow-up.
const SURE: f64 = 0.8;
/// The questions that want a word of their own before the status.
const ANSWERED_FIRST: [&str; 6] = ["is_ok", "sure", "why", "what_if", "not_come", "until"];

/// How many numbers of one message are looked up: more would be a flood of answers.
const AT_ONCE: usize = 5;

/// Tells where a parcel is.
pub(super) struct WhereIs;

impl Flow for WhereIs {
    fn intent(&self) -> &'static str {
        INTENT
    }

    fn texts(&self) -> &'static [Key] {
        TEXTS
    }

    /// The words may hold the number already, and that it was never received.
    fn begin(&self, turn: &mut Turn<'_>, asked: &Asked) -> Option<Next> {
        let why = if status::denies_receipt(turn, &asked.text) { Why::NotReceived } else { Why::Tell };
        let slots = asked.slots();
        Some(match (&slots.tracking_numbers[..], &slots.doubtful_numbers[..]) {
            ([], [given, ..]) => steps::unreadable(turn, given, asked.doubt()),
            ([], []) => match turn.state.work.parcel.clone() {
                Some(known) => {
                    turn.state.work.about_words = question_beside(turn, &asked.text);
                    steps::track(turn, known, why);
                    Next::Rest // the next request waits for the status
                }
                None => ask(turn),
            },
            (numbers, _) => {
                if numbers.len() > 1 {
                    let several = turn.reply("where_is_parcel.several");
                    turn.say(several);
                }
                if numbers.len() == 1 {
                    turn.state.work.about_words = question_beside(turn, &asked.text);
                }
                for number in numbers.iter().take(AT_ONCE) {
                    steps::track(turn, TrackingNumber::new(number), why);
                }
                Next::Rest
            }
        })
    }

    /// Told where the parcel is, and this was said.
    fn answered(&self, turn: &mut Turn<'_>, question: &Question, heard: &Heard<'_>) -> Answer {
        if *question != Question::Told {
            return Answer::AsUsual;
        }
        let slots = &heard.reading.slots;
        let new_number = !slots.tracking_numbers.is_empty() || !slots.doubtful_numbers.is_empty();
        let words = heard.text.split_whitespace().count();
        match (heard.yes, heard.small) {
            (_, Some(SmallWord::Fine | SmallWord::Wait)) => Answer::Taken(steps::fine(turn)),
            // «Да, отмените заказ»: the yes is the least of it.
            (Some(true), None) if heard.intent().is_some() || new_number => Answer::OtherMatter,
            // «Позвать сотрудника?» was the last word to what the customer asked further.
            (Some(true), None) if has_asked_on(turn) && words <= NOD => Answer::Taken(steps::accepted(turn, INTENT)),
            (Some(true), None) if words > NOD + 1 => Answer::OtherMatter,
            (Some(true), None) => Answer::Taken(steps::fine(turn)),
            (None, None) if heard.request.is_some() || new_number => Answer::OtherMatter,
            (Some(false) | None, None) => Answer::AsUsual,
        }
    }

    fn tracked(&self, turn: &mut Turn<'_>, number: TrackingNumber, answer: Tracked, why: Why) -> Next {
        if !turn.state.is_bots() {
            // A person has taken over in the meantime: the answer is for them.
            if let Tracked::Found(found) = answer {
                status::tell_desk(turn, &found.parcel);
            }
            return Next::Rest;
        }
        let next = match answer {
            Tracked::Found(found) => by_truth(turn, &found, why),
            Tracked::Unknown => {
                turn.state.work.not_found(&number);
                let reply = turn.reply("where_is_parcel.not_found").with("number", Value::Text(number.to_string()));
                let buttons = vec![turn.person_row()];
                turn.ask(Question::Person { about: INTENT.into() }, reply, buttons);
                Next::Rest
            }
            Tracked::Down
                if why == Why::Further
                    && let Some(next) = follow_up::not_looked_up(turn, &number) =>
            {
                next
            }
            Tracked::Down => {
                let phone = turn.state.customer.phone.clone();
                carrier_retry::down(turn, CarrierRequest::Track { number, phone, why })
            }
        };
        next.or(Next::Waiting)
    }
}

/// Whether the customer has asked further about the status, beyond the day.
fn has_asked_on(turn: &Turn<'_>) -> bool {
    let last = turn.state.work.told_last.as_ref().and_then(|told| told.asked.last());
    last.is_some_and(|last| !matches!(last.as_str(), "when" | "how_long" | "sure"))
}

/// What is said of a parcel that was found, by what it was looked up for.
fn by_truth(turn: &mut Turn<'_>, found: &Found, why: Why) -> Next {
    let own = match why {
        Why::About(topic) => about::found(turn, found, topic),
        Why::NotReceived if status::truth(turn, &found.parcel) == Truth::Delivered => {
            let facts = steps::facts_of(turn, found);
            Some(status::not_received(turn, steps::number_of(found)).knowing(facts))
        }
        Why::Further => follow_up::looked_up(turn, &found.parcel),
        Why::Tell | Why::NotReceived | Why::Task(_) | Why::Remind | Why::Story | Why::Waiting => None,
    };
    own.unwrap_or_else(|| tell(turn, found))
}

fn ask(turn: &mut Turn<'_>) -> Next {
    let reply = turn.reply("where_is_parcel.ask_number");
    let buttons = vec![turn.person_row()];
    turn.ask(Question::TrackingNumber, reply, buttons);
    Next::Rest
}

fn tell(turn: &mut Turn<'_>, found: &Found) -> Next {
    let parcel = &found.parcel;
    let truth = status::truth(turn, parcel);
    if truth.kind() == TruthKind::Late {
        let facts = steps::facts_of(turn, found);
        return status::late(turn, parcel).knowing(facts);
    }
    if matches!(truth, Truth::OfferChecking { .. }) && offer::is_stuck(turn, parcel) && turn.state.work.task.is_none() {
        // It was said of such a check that it can be begun anew: that is offered, and need not be asked for.
        let reply = turn.reply("truth.checking_stuck").with("number", steps::number_of(found));
        turn.preface(reply);
        turn.state.work.parcel = Some(parcel.number.clone());
        status::remember(turn, parcel);
        return Next::TakeUp(Box::new(Asked::silently(intent::OFFER_BLOCKED)));
    }
    if status::is_over_today(turn, parcel, truth) {
        let reply = turn.reply("truth.today_over").with("number", steps::number_of(found));
        turn.preface(reply);
        status::remember(turn, parcel);
        let facts = steps::facts_of(turn, found);
        return steps::accepted(turn, intent::WHERE_IS_PARCEL).knowing(facts);
    }
    let now = turn.context.now;
    let again = turn.state.work.status_told(&parcel.number).is_some_and(|last| {
        last.status == parcel.status && last.truth.is_none_or(|before| before == truth) && now - last.at < SAME_STATUS
    });
    if again {
        return unchanged(turn, found, truth);
    }
    if turn.state.customer.mood == Mood::Upset && !turn.has_prefaces() && !story::was_heard(turn) {
        let sorry = turn.reply("where_is_parcel.sorry");
        turn.preface(sorry);
    }
    let lead = answer_first(turn, parcel, truth);
    tell::tell(turn, parcel, lead.into_iter().collect());
    Next::Rest
}

/// The question that stands beside a parcel's number, or in the place of one: «сегодня приедет или нет».
fn question_beside(turn: &Turn<'_>, text: &str) -> Option<String> {
    let digits = |clause: &str| clause.chars().filter(char::is_ascii_digit).count();
    let book = turn.context.phrasebook;
    let clauses = book.clauses(text);
    let signed = |clause: &str| text.split_once(clause).is_some_and(|(_, rest)| rest.trim_start().starts_with('?'));
    let asks = |clause: &&&str| digits(clause) < OF_A_NUMBER && (signed(clause) || book.asks(clause));
    clauses.iter().rev().find(asks).map(|clause| (*clause).to_owned())
}

/// What was asked besides is answered before the status is told, where the status answers it.
fn answer_first(turn: &mut Turn<'_>, parcel: &Parcel, truth: Truth) -> Option<Reply> {
    let words = turn.state.work.about_words.take()?;
    let (label, share) = turn.context.matcher.label(FOLLOW_UP, &words)?;
    let place = parcel.place.clone();
    let answers = share >= SURE && ANSWERED_FIRST.contains(&label);
    if answers { told::of_status(turn, truth, &place, label) } else { None }
}

/// Asked again about a status that has not moved: it is not recited (`domain.md`, section 4), but what matters of it is
/// said once more. A customer who asks again after «вручено» has not got the parcel.
fn unchanged(turn: &mut Turn<'_>, found: &Found, truth: Truth) -> Next {
    if truth.kind() == TruthKind::Delivered {
        let facts = steps::facts_of(turn, found);
        return status::not_received(turn, steps::number_of(found)).knowing(facts);
    }
    let reply = further::unchanged(turn, &found.parcel, truth);
    let buttons = vec![turn.person_row()];
    // Where it waits for the customer no person is offered in words: «ок» takes note of it.
    let question = match truth.kind() {
        TruthKind::Waits | TruthKind::ToCollect => Question::Told,
        TruthKind::Moves | TruthKind::Stopped | TruthKind::Late | TruthKind::Delivered => {
            Question::Person { about: INTENT.into() }
        }
    };
    turn.ask(question, reply, buttons);
    status::told(turn, &found.parcel);
    Next::Rest
}

/// The texts this flow says; the phrasebook is checked against them.
const TEXTS: &[Key] = &[
    Key::reply("truth.checking_stuck", &["number"], &[]),
    Key::reply("truth.today_over", &["number"], &[]),
    Key::reply("where_is_parcel.ask_number", &[], &[]),
    Key::reply("where_is_parcel.number_unreadable", &["given"], &[]),
    Key::reply("where_is_parcel.number_short", &["given"], &[]),
    Key::reply("where_is_parcel.number_part", &["given"], &[]),
    Key::reply("where_is_parcel.number_long", &["given"], &[]),
    Key::reply("where_is_parcel.number_letters", &["given"], &[]),
    Key::reply("where_is_parcel.status", &["number", "meaning", "next"], &[]),
    Key::reply("where_is_parcel.planned", &["planned"], &[]),
    Key::reply("where_is_parcel.unchanged", &["number"], &[]),
    Key::reply("where_is_parcel.sorry", &[], &[]),
    Key::reply("where_is_parcel.no_number", &[], &[]),
    Key::reply("where_is_parcel.number_or_details", &[], &[]),
    Key::reply("where_is_parcel.waiting_number", &[], &[]),
    Key::reply("where_is_parcel.place", &["place"], &[]),
    Key::reply("where_is_parcel.status_with_action", &["number", "meaning", "next", "action"], &[]),
    Key::reply("where_is_parcel.status_unknown_label", &["number", "label"], &[]),
    Key::reply("where_is_parcel.status_late", &["number", "planned", "meaning"], &[]),
    Key::reply("where_is_parcel.status_late_still", &["number", "planned"], &[]),
    Key::reply("where_is_parcel.late_again", &["number", "planned"], &[]),
    Key::reply("where_is_parcel.not_found", &["number"], &[]),
    Key::reply("where_is_parcel.carrier_down", &["number"], &[]),
    Key::reply("where_is_parcel.several", &[], &[]),
    Key::reply("where_is_parcel.news", &["number", "meaning", "next"], &["action"]),
    Key::reply("where_is_parcel.following", &["number"], &[]),
    Key::reply("where_is_parcel.not_following", &["number"], &[]),
    Key::reply("where_is_parcel.not_received", &["number"], &[]),
    Key::reply("where_is_parcel.not_received_heard", &["number"], &[]),
    Key::text("button.follow", &[]),
    Key::text("button.unfollow", &[]),
    Key::text("button.offer_help", &[]),
];
