//! What is said further of what was told: to «когда?», «точно?», «а если не успею?» the answer comes from the facts.
//!
//! ```text
//! bot:      the link is sent, the offer is to be confirmed by the 28th
//! customer: а если не успею?
//! bot:      what happens then, and what helps now
//! ```

use super::ids::intent;
use super::matters::further;
use super::policy::Decides;
use super::state::{Matter, Told};
use super::steps;
use super::topic::Topic;
use super::turn::Turn;
use crate::parcel::{Change, Truth, TruthKind};
use crate::phrases::{Key, Reply, Value};
use chrono::NaiveDate;

/// The customer has done what was needed of them, and wants to know what comes next.
pub(super) const DID_IT: &str = "did_it";
/// The warning of those who ask for money behind a link.
pub(super) const SCAM: &str = "rules.scam";
/// «А если не приедет?», said of who is on the way.
const NOT_COME: &str = "not_come";
/// The rules that are told to who met cheats.
const OF_FRAUD: [&str; 2] = [CHEATED, "rules.sms_code"];
/// The one of them that is told to who has paid cheats, or told them a code.
pub(super) const CHEATED: &str = "rules.told_code";
/// The rules that speak of the offer.
const OF_OFFERS: [&str; 4] = ["what_is_offer", "passport_data", intent::OFFER_BLOCKED, intent::RESEND_LINK];

/// What is said to a follow-up with this label; `None` where nothing that is known answers it.
pub(super) fn answer(turn: &Turn<'_>, told: &Told, label: &str) -> Option<Reply> {
    let comes = |truth: &Truth| matches!(truth.kind(), TruthKind::Moves | TruthKind::Late);
    let label = match &told.what {
        Matter::Status { truth, .. } if comes(truth) => label,
        // Where nobody is on the way, what may not come is no courier.
        _ if label == NOT_COME => "what_if",
        _ => label,
    };
    let key = match label {
        // Behind a rule nothing new is looked for.
        "news" if matches!(told.what, Matter::Rule(_)) => return None,
        "anybody" | "news" => "follow_up.anybody",
        // «Когда ждать ответа?», of money that was asked back.
        "who_answers" if told.what == Matter::Refund => {
            return match told.until.map(Value::Date).filter(|_| turn.context.policy.decides == Decides::Us) {
                Some(until) => Some(turn.reply("follow_up.money_by").with("date", until)),
                None => refund(turn, "when"),
            };
        }
        "who_answers" | "how_many_before" => "follow_up.bot_answers",
        // Of data that is to be typed anew this would be wrong.
        "repeat" if matches!(told.what, Matter::Status { .. } | Matter::Rule(_)) => "follow_up.no_repeat",
        "whereabouts" => "follow_up.here",
        _ => {
            let until = told.until.map(Value::Date);
            return match &told.what {
                Matter::Status { truth, place } => of_status(turn, *truth, place, label),
                Matter::Link => link(turn, label, until),
                Matter::Help => help(turn, label, until),
                Matter::Confirmed => confirmed(turn, label),
                // The day that was told stands.
                Matter::Cancelled | Matter::Refund
                    if (told.what == Matter::Cancelled || turn.context.policy.decides == Decides::Us)
                        && until.is_some()
                        && matches!(label, "when" | "how_long" | "until") =>
                {
                    until.map(|until| turn.reply("follow_up.money_by").with("date", until))
                }
                Matter::Cancelled => cancelled(turn, label),
                Matter::Refund => refund(turn, label),
                Matter::Kept => kept(turn, label),
                // Behind a fraud nobody is sent to any link.
                Matter::Rule(rule) if turn.context.phrasebook.about_rule(rule) == Topic::Duty.intent() => {
                    of_rule(turn, rule, label)
                }
                // What the rule does not answer the parcel does, if one was told of.
                Matter::Rule(rule) => of_rule(turn, rule, label).or_else(|| of_parcel(turn, label)),
                Matter::Before => None,
            };
        }
    };
    Some(turn.reply(key).with_some("name", turn.name()))
}

/// By the truth; what runs out, and what may come between, is told here.
pub(super) fn of_status(turn: &Turn<'_>, truth: Truth, place: &Option<String>, label: &str) -> Option<Reply> {
    if let Some(reply) = cheated(turn, label) {
        return Some(reply);
    }
    let day = truth.day().map(Value::Date);
    match (label, truth.until(), truth.kind()) {
        (NOT_COME, ..) => Some(turn.reply("follow_up.status_not_come")),
        (DID_IT, Some(_), _) => Some(turn.reply("follow_up.link_done")),
        (DID_IT, None, TruthKind::Waits) => Some(turn.reply("follow_up.step_done")),
        ("what_if", _, _) if matches!(truth, Truth::OfferChecking { .. }) => further::answer(turn, truth, place, label),
        ("until" | "what_if", Some(until), _) => offer(turn, label, Some(Value::Date(until))),
        ("what_if", None, TruthKind::ToCollect) => Some(turn.reply("rules.uncollected").with_some("name", turn.name())),
        ("until", None, _) => further::answer(turn, truth, place, "when"),
        ("what_if", None, TruthKind::Moves) => day.map(|day| turn.reply("follow_up.status_if").with("planned", day)),
        ("day", _, _) => further::answer(turn, truth, place, "sure"),
        ("rush", _, TruthKind::Moves | TruthKind::Late) => {
            Some(turn.reply("follow_up.status_rush").with_some("planned", day))
        }
        // Only of a parcel that goes its way it may be said that all is well.
        ("is_ok", _, TruthKind::Moves) if day.is_none() => None,
        ("is_ok", _, _) => further::answer(turn, truth, place, "what_means"),
        _ => further::answer(turn, truth, place, label),
    }
}

fn link(turn: &Turn<'_>, label: &str, until: Option<Value>) -> Option<Reply> {
    let key = match label {
        "until" | "what_if" => return offer(turn, label, until),
        "where_link" => "follow_up.link_where",
        "when" | "how_long" => "follow_up.link_how_long",
        "sure" | "disbelief" | "is_ok" => "follow_up.link_sure",
        "what_to_do" | "what_means" => "follow_up.link_do",
        DID_IT => "follow_up.link_done",
        _ => return None,
    };
    Some(turn.reply(key))
}

fn help(turn: &Turn<'_>, label: &str, until: Option<Value>) -> Option<Reply> {
    let key = match label {
        "until" | "what_if" => return offer(turn, label, until),
        "when" | "how_long" => "follow_up.link_how_long",
        "what_to_do" => "follow_up.help_do",
        DID_IT => "follow_up.link_done",
        "sure" | "disbelief" => "follow_up.help_sure",
        _ => return None,
    };
    Some(turn.reply(key))
}

/// By when an offer is to be confirmed, and what if it is not.
fn offer(turn: &Turn<'_>, label: &str, until: Option<Value>) -> Option<Reply> {
    let days = Value::Number(i64::from(turn.context.policy.offer_days));
    Some(match (label, until) {
        ("until", Some(until)) => turn.reply("follow_up.status_until").with("until", until),
        ("until", None) => turn.reply("follow_up.offer_days").with("days", days),
        (_, until) => turn.reply("follow_up.offer_if").with_some("until", until),
    })
}

fn confirmed(turn: &Turn<'_>, label: &str) -> Option<Reply> {
    let key = match label {
        "sure" | "disbelief" | "is_ok" => "follow_up.confirmed_sure",
        "what_to_do" | "how_long" => "follow_up.confirmed_next",
        _ => return None,
    };
    Some(turn.reply(key))
}

fn cancelled(turn: &Turn<'_>, label: &str) -> Option<Reply> {
    let days = Value::Number(i64::from(turn.context.policy.refund_days));
    Some(match label {
        "when" | "how_long" => turn.reply("follow_up.cancelled_when").with("days", days),
        "sure" | "disbelief" | "is_ok" => turn.reply("follow_up.cancelled_sure").with("days", days),
        "how_much" | "where_link" => turn.reply("follow_up.cancelled_money").with("days", days),
        "what_to_do" => turn.reply("follow_up.cancelled_do"),
        "card" => turn.reply("follow_up.money_card"),
        _ => return None,
    })
}

fn refund(turn: &Turn<'_>, label: &str) -> Option<Reply> {
    let days = Value::Number(i64::from(turn.context.policy.refund_days));
    Some(match label {
        "when" | "how_long" => turn.reply("follow_up.refund_when").with("days", days),
        "sure" | "disbelief" | "is_ok" => turn.reply("follow_up.refund_sure"),
        "how_much" | "where_link" => turn.reply("follow_up.money_where"),
        "what_to_do" => turn.reply("follow_up.money_do"),
        "card" => turn.reply("follow_up.money_card"),
        "who_decides" => turn.reply("follow_up.money_who"),
        _ => return None,
    })
}

fn kept(turn: &Turn<'_>, label: &str) -> Option<Reply> {
    let key = match label {
        "sure" | "disbelief" | "is_ok" => "follow_up.kept_sure",
        "what_to_do" => "follow_up.kept_do",
        _ => return None,
    };
    Some(turn.reply(key))
}

/// «А от меня что надо?», behind a rule: by how the parcel stands.
fn of_parcel(turn: &Turn<'_>, label: &str) -> Option<Reply> {
    let asks = matches!(label, "what_to_do" | "why" | "what_if" | "until" | DID_IT);
    of_status(turn, turn.state.work.truth_told().filter(|_| asks)?, &None, label)
}

/// Who was cheated is sent to no link and to no payment, and their money went to others.
fn of_fraud(turn: &Turn<'_>, label: &str) -> Option<Reply> {
    let key = match label {
        "what_to_do" | "what_if" | "where_link" | "why" | "until" | DID_IT => "follow_up.fraud_do",
        "how_much" | "card" | "who_decides" | "when" | "how_long" => "follow_up.fraud_money",
        "sure" | "disbelief" | "is_ok" => "follow_up.not_us",
        _ => return None,
    };
    Some(turn.reply(key))
}

/// What is said further to who was told lately what to do who was cheated: whatever was told since, «и что теперь делать» is of
/// that. `None` to all others, and to other questions.
pub(super) fn cheated(turn: &Turn<'_>, label: &str) -> Option<Reply> {
    let since = turn.context_since();
    let lately = turn.state.work.rules_told.iter().any(|told| told.rule == CHEATED && told.at > since);
    of_fraud(turn, label).filter(|_| lately && matches!(label, "what_to_do" | "how_much" | "where_link"))
}

fn of_rule(turn: &Turn<'_>, rule: &str, label: &str) -> Option<Reply> {
    if OF_FRAUD.contains(&rule) {
        return of_fraud(turn, label);
    }
    let over = turn.state.work.truth_told().is_some_and(|truth| truth.kind() == TruthKind::Stopped);
    match label {
        // Where the offer is over, no link is to be opened.
        "what_to_do" | "what_if" | "until" if over && is_of_offers(turn, rule) => None,
        DID_IT if turn.context.phrasebook.about_rule(rule) == Topic::Papers.intent() => {
            Some(turn.reply("follow_up.step_done"))
        }
        // Of papers that customs waits for: how long an answer takes.
        "when" | "how_long" if turn.context.phrasebook.about_rule(rule) == Topic::Papers.intent() => {
            Some(turn.reply("rules.papers_term"))
        }
        "until" | "what_if" if is_of_offers(turn, rule) => offer(turn, label, offer_until(turn).map(Value::Date)),
        "what_to_do" | "when" | "how_long" | DID_IT if is_of_offers(turn, rule) => link(turn, label, None),
        "when" | "how_long" | "where_link" | "who_decides" if is_of_money(turn, rule) => refund(turn, label),
        "card" => Some(turn.reply("follow_up.money_card")),
        "sure" | "disbelief" | "is_ok" => Some(turn.reply("follow_up.rule_sure")),
        _ => None,
    }
}

/// The last day of the offer that was told of, if it is known.
pub(super) fn offer_until(turn: &Turn<'_>) -> Option<NaiveDate> {
    let told = turn.state.work.told_last.as_ref().and_then(|told| told.until);
    let last = turn.state.work.last_status.as_ref().and_then(|last| last.truth).and_then(Truth::until);
    let policy = turn.context.policy;
    let today = policy.today(turn.context.now);
    // Of a parcel that was looked up, though nothing was told of it yet.
    let known = || steps::known_parcel(turn).and_then(|found| found.parcel.truth(today, policy.offer_days).until());
    told.or(last).or_else(known).filter(|until| *until >= today)
}

/// Whether a rule speaks of money that comes back.
pub(super) fn is_of_money(turn: &Turn<'_>, rule: &str) -> bool {
    turn.context.phrasebook.about_rule(rule) == intent::REFUND
}

/// Whether a rule speaks of the customs offer.
pub(super) fn is_of_offers(turn: &Turn<'_>, rule: &str) -> bool {
    OF_OFFERS.contains(&turn.context.phrasebook.about_rule(rule))
}

/// What is said to a question that comes before the proof: the rule that goes for everybody, for nothing of this very
/// parcel is told yet. `None` where no rule answers it.
pub(super) fn before_proof(turn: &Turn<'_>, about: &str, label: &str) -> Option<Reply> {
    let key = match (about, label) {
        (intent::RESEND_LINK | intent::OFFER_BLOCKED, "what_to_do" | "what_means") => "follow_up.link_do",
        (intent::RESEND_LINK | intent::OFFER_BLOCKED, "how_long" | "when") => "follow_up.link_how_long",
        (intent::RESEND_LINK | intent::OFFER_BLOCKED, "until" | "what_if") => {
            return offer(turn, label, offer_until(turn).map(Value::Date));
        }
        (intent::CANCEL, "what_if" | "until" | "sure") => {
            let days = Value::Number(i64::from(turn.context.policy.return_days));
            return Some(turn.reply("cancel.rule").with("days", days));
        }
        (intent::REFUND | intent::CANCEL, "when" | "how_long") => "rules.refund_term",
        (intent::REFUND | intent::CANCEL, "card" | "where_link") => "rules.refund_way",
        (intent::REFUND | intent::CANCEL, "who_decides") => "follow_up.money_who",
        _ => return None,
    };
    Some(turn.reply(key))
}

/// What is said to a question that comes instead of a yes or a no to a change.
pub(super) fn before(turn: &Turn<'_>, change: Change, label: &str) -> Vec<Reply> {
    let of_money = matches!(label, "when" | "how_long" | "sure" | "how_much" | "where_link" | "card");
    let of_fate = matches!(label, "what_if" | "why" | "what_to_do" | "until");
    let days = Value::Number(i64::from(turn.context.policy.refund_days));
    let order = steps::known_parcel(turn).and_then(|found| found.parcel.order);
    let sum = order.and_then(|order| order.sum).map(Value::Sum);
    match change {
        Change::Cancel | Change::Refuse => {
            let fate = turn.reply("follow_up.before_cancel");
            let money = turn.reply("follow_up.before_cancel_money").with("days", days).with_some("sum", sum);
            match (of_money, of_fate) {
                (true, _) => vec![money],
                (false, true) => vec![fate],
                (false, false) => vec![fate, money], // it may be either
            }
        }
        Change::Refund(_) => vec![turn.reply("follow_up.before_refund").with("days", days)],
        Change::UnblockOffer | Change::ResendLink => vec![turn.reply("follow_up.before_unblock")],
        Change::AnnulOffer => vec![turn.reply("follow_up.before_annul")],
    }
}

/// The texts; the phrasebook is checked against them.
pub(super) const TEXTS: &[Key] = &[
    Key::reply("follow_up.anybody", &[], &["name"]),
    Key::reply("follow_up.bot_answers", &[], &["name"]),
    Key::reply("follow_up.status_when", &["planned"], &["place"]),
    Key::reply("follow_up.status_when_unknown", &[], &["place"]),
    Key::reply("follow_up.status_sure", &["planned"], &["place"]),
    Key::reply("follow_up.status_until", &["until"], &["planned", "place"]),
    Key::reply("follow_up.status_not_come", &[], &[]),
    Key::reply("follow_up.status_if", &["planned"], &["place"]),
    Key::reply("follow_up.status_place", &["place"], &["planned"]),
    Key::reply("follow_up.status_place_unknown", &[], &["planned"]),
    Key::reply("follow_up.status_why", &[], &["planned", "place"]),
    Key::reply("follow_up.status_do_nothing", &[], &["planned", "place"]),
    Key::reply("follow_up.status_means", &[], &["planned", "place"]),
    Key::reply("follow_up.status_doubt", &[], &["planned", "place"]),
    Key::reply("follow_up.status_rush", &[], &["planned"]),
    Key::reply("follow_up.no_repeat", &[], &["name"]),
    Key::reply("follow_up.here", &[], &["name"]),
    Key::reply("follow_up.offer_days", &["days"], &[]),
    Key::reply("follow_up.offer_if", &[], &["until", "planned", "place"]),
    Key::reply("follow_up.link_where", &[], &[]),
    Key::reply("follow_up.link_how_long", &[], &[]),
    Key::reply("follow_up.link_sure", &[], &[]),
    Key::reply("follow_up.link_do", &[], &[]),
    Key::reply("follow_up.link_done", &[], &[]),
    Key::reply("follow_up.step_done", &[], &[]),
    Key::reply("follow_up.help_do", &[], &[]),
    Key::reply("follow_up.help_sure", &[], &[]),
    Key::reply("follow_up.confirmed_sure", &[], &[]),
    Key::reply("follow_up.confirmed_next", &[], &[]),
    Key::reply("follow_up.cancelled_when", &["days"], &[]),
    Key::reply("follow_up.cancelled_sure", &["days"], &[]),
    Key::reply("follow_up.cancelled_money", &["days"], &[]),
    Key::reply("follow_up.cancelled_do", &[], &[]),
    Key::reply("follow_up.refund_when", &["days"], &[]),
    Key::reply("follow_up.refund_sure", &[], &[]),
    Key::reply("follow_up.money_where", &[], &[]),
    Key::reply("follow_up.money_by", &["date"], &[]),
    Key::reply("follow_up.money_do", &[], &[]),
    Key::reply("follow_up.money_card", &[], &[]),
    Key::reply("follow_up.money_who", &[], &[]),
    Key::reply("follow_up.kept_sure", &[], &[]),
    Key::reply("follow_up.kept_do", &[], &[]),
    Key::reply("rules.papers_term", &[], &["name"]),
    Key::reply("rules.refund_term", &[], &["name"]),
    Key::reply("rules.refund_way", &[], &["name"]),
    Key::reply("follow_up.rule_sure", &[], &[]),
    Key::reply("follow_up.fraud_do", &[], &[]),
    Key::reply("follow_up.fraud_money", &[], &[]),
    Key::reply("follow_up.before_cancel", &[], &[]),
    Key::reply("follow_up.before_cancel_money", &["days"], &["sum"]),
    Key::reply("follow_up.before_refund", &["days"], &[]),
    Key::reply("follow_up.before_unblock", &[], &[]),
    Key::reply("follow_up.before_annul", &[], &[]),
];
