//! A parcel that the customer follows: its changes are told when they matter to them.

use super::status::{phrase_of, remember, status, tell_desk, told, truth};
use crate::conversation::button::Pressed;
use crate::conversation::effect::{Button, Effect};
use crate::conversation::turn::Turn;
use crate::parcel::{Parcel, Status, TrackingNumber, Truth};
use crate::phrases::Value;

/// How many parcels a customer may follow: more is a list, not a worry.
const FOLLOWED: usize = 20;

/// How many parcels are remembered that a customer could follow.
const OFFERED: usize = 50;

/// A parcel has moved.
pub(in crate::conversation) fn moved(turn: &mut Turn<'_>, parcel: &Parcel) {
    if !turn.state.customer.follows.contains(&parcel.number) {
        return;
    }
    if !turn.state.is_bots() {
        return tell_desk(turn, parcel);
    }
    let matters = match &parcel.status {
        Status::Known(code) => code.matters(),
        Status::Unknown(_) => true,
    };
    if !matters {
        return;
    }
    let number = Value::Text(parcel.number.to_string());
    let truth = truth(turn, parcel);
    let phrase = |field| phrase_of(turn, &parcel.status, truth, field);
    let news = match (phrase("meaning"), phrase("next")) {
        (Some(meaning), Some(next)) => turn
            .reply("where_is_parcel.news")
            .with("number", number)
            .with("meaning", meaning)
            .with("next", next)
            .with_some("action", phrase("action")),
        (None, _) | (_, None) => status(turn, parcel),
    };
    // What is stopped may still go on; what has come, or goes back, is followed no more.
    if matches!(truth, Truth::Pickup | Truth::Delivered | Truth::GoingBack | Truth::Cancelled) {
        unfollow(turn, &parcel.number);
        turn.say(news);
    } else {
        let buttons = vec![row(turn, &parcel.number)];
        turn.say_with(news, buttons);
    }
    remember(turn, parcel);
    // «А когда?» after the news is about them, while no other parcel is spoken of.
    if turn.state.work.is_free() && turn.state.work.parcel.as_ref().is_none_or(|known| *known == parcel.number) {
        turn.state.work.parcel = Some(parcel.number.clone());
        told(turn, parcel);
    }
}

/// The customer wants to hear of a parcel's changes.
pub(in crate::conversation) fn follow(turn: &mut Turn<'_>, number: TrackingNumber) {
    if turn.state.customer.follows.len() >= FOLLOWED {
        let oldest = turn.state.customer.follows[0].clone();
        unfollow(turn, &oldest);
    }
    if !turn.state.customer.follows.contains(&number) {
        turn.state.customer.follows.push(number.clone());
    }
    turn.effect(Effect::Follow { number: number.clone(), on: true });
    let reply = turn.reply("where_is_parcel.following").with("number", Value::Text(number.to_string()));
    let buttons = vec![row(turn, &number)];
    turn.say_with(reply, buttons);
}

/// The customer does not want to hear of it any more.
pub(in crate::conversation) fn stop(turn: &mut Turn<'_>, number: &TrackingNumber) {
    unfollow(turn, number);
    let reply = turn.reply("where_is_parcel.not_following").with("number", Value::Text(number.to_string()));
    turn.say(reply);
}

fn unfollow(turn: &mut Turn<'_>, number: &TrackingNumber) {
    turn.state.customer.follows.retain(|known| known != number);
    turn.effect(Effect::Follow { number: number.clone(), on: false });
}

/// Whether the customer was told of this parcel and could follow it: what a button names is not trusted.
pub(in crate::conversation) fn was_offered(turn: &Turn<'_>, number: &TrackingNumber) -> bool {
    // An earlier version remembered the last one only.
    let last = turn.state.work.last_status.as_ref().map(|last| &last.number);
    turn.state.customer.offered.contains(number) || last == Some(number)
}

/// The button that follows a parcel, or does so no more.
pub(in crate::conversation) fn row(turn: &mut Turn<'_>, number: &TrackingNumber) -> Vec<Button> {
    let offered = &mut turn.state.customer.offered;
    offered.retain(|known| known != number);
    offered.push(number.clone());
    if offered.len() > OFFERED {
        offered.remove(0);
    }
    let (label, pressed) = match turn.state.customer.follows.contains(number) {
        true => ("button.unfollow", Pressed::Unfollow(number.clone())),
        false => ("button.follow", Pressed::Follow(number.clone())),
    };
    vec![turn.button(label, pressed)]
}
