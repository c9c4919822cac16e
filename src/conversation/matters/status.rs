//! How a parcel stands, in human words; and what is said when that is no answer: it is late, or it says delivered and was
//! not received.

use crate::conversation::effect::Post;
use crate::conversation::ids::intent;
use crate::conversation::next::Next;
use crate::conversation::state::{Reason, Request};
use crate::conversation::turn::Turn;
use crate::parcel::{Parcel, Status};
use crate::phrases::{Reply, Value};

/// A parcel's status: what it means, what comes next, what the customer must do.
pub(in crate::conversation) fn status(turn: &Turn<'_>, parcel: &Parcel) -> Reply {
    let phrases = (phrase_of(turn, parcel, "meaning"), phrase_of(turn, parcel, "next"));
    match (&parcel.status, phrases) {
        (Status::Known(_), (Some(meaning), Some(next))) => {
            let action = phrase_of(turn, parcel, "action");
            let key = if action.is_some() { "status_with_action" } else { "status" };
            turn.reply(&format!("{}.{key}", intent::WHERE_IS_PARCEL))
                .with("meaning", meaning)
                .with("next", next)
                .with_some("action", action)
        }
        (Status::Known(code), _) => unknown(turn, code.label()),
        (Status::Unknown(label), _) => unknown(turn, label),
    }
}

fn unknown(turn: &Turn<'_>, label: &str) -> Reply {
    turn.reply("where_is_parcel.status_unknown_label").with("label", Value::Text(label.into()))
}

/// What a status means: in our words, or in the carrier's.
pub(in crate::conversation) fn meaning_of(turn: &Turn<'_>, parcel: &Parcel) -> Value {
    phrase_of(turn, parcel, "meaning").unwrap_or_else(|| match &parcel.status {
        Status::Known(code) => Value::Text(code.label().into()),
        Status::Unknown(label) => Value::Text(label.clone()),
    })
}

/// Whether the customer has to do something for a parcel to go on.
pub(in crate::conversation) fn has_action(turn: &Turn<'_>, parcel: &Parcel) -> bool {
    phrase_of(turn, parcel, "action").is_some()
}

/// The phrasebook's text for a field of a status, if it has one.
pub(in crate::conversation) fn phrase_of(turn: &Turn<'_>, parcel: &Parcel, field: &str) -> Option<Value> {
    let Status::Known(code) = &parcel.status else {
        return None;
    };
    let key = format!("status.{}.{field}", code.code());
    turn.context.phrasebook.has(&key, turn.language()).then_some(Value::Phrase(key))
}

/// How a parcel stands, for the people who hold the conversation.
pub(in crate::conversation) fn tell_desk(turn: &mut Turn<'_>, parcel: &Parcel) {
    let notice = status(turn, parcel).with("number", Value::Text(parcel.number.to_string()));
    let language = turn.context.phrasebook.desk_language();
    turn.post(Post::Notice(notice.in_language(language)));
}

/// It says delivered, and the customer has not got it: a person, at once.
pub(in crate::conversation) fn not_received(turn: &mut Turn<'_>, number: Value) -> Next {
    let sorry = turn.reply("where_is_parcel.not_received").with("number", number);
    turn.preface(sorry);
    to_person(turn, Reason::NotReceived)
}

/// It stands still past its planned day: not recited, but looked into (`domain.md`, section 4).
pub(in crate::conversation) fn late(turn: &mut Turn<'_>, parcel: &Parcel) -> Next {
    let planned = parcel.planned.map(Value::Date);
    let reply = turn
        .reply("where_is_parcel.status_late")
        .with("number", Value::Text(parcel.number.to_string()))
        .with("meaning", meaning_of(turn, parcel))
        .with_some("planned", planned);
    turn.preface(reply);
    to_person(turn, Reason::Late)
}

fn to_person(turn: &mut Turn<'_>, reason: Reason) -> Next {
    turn.state.work.request = Some(Request { intent: intent::WHERE_IS_PARCEL.into(), confidence: 1.0 });
    Next::person(reason)
}
