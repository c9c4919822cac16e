//! All that there is to tell of how a parcel stands, in one message: what it means, the days that are left, the day, the
//! place, and what can be pressed.

use super::status::{status, tells_place, told, truth};
use super::{follow, reminder};
use crate::conversation::button::Pressed;
use crate::conversation::ids::intent;
use crate::conversation::state::Question;
use crate::conversation::turn::Turn;
use crate::parcel::{Parcel, Truth, TruthKind};
use crate::phrases::{Reply, Value};

/// Tells all of how a parcel stands, behind `leads`; what comes next may be about it.
pub(in crate::conversation) fn tell(turn: &mut Turn<'_>, parcel: &Parcel, leads: Vec<Reply>) {
    let truth = truth(turn, parcel);
    let day = truth.day().filter(|_| !matches!(truth, Truth::Today { .. }));
    let planned = day.map(|day| turn.reply("where_is_parcel.planned").with("planned", Value::Date(day)));
    let place = parcel.place.clone().filter(|_| tells_place(truth)).map(|place| {
        let key = if truth == Truth::Pickup { "truth.collect_at" } else { "where_is_parcel.place" };
        turn.reply(key).with("place", Value::Text(place))
    });
    let clock = reminder::days_left(turn, parcel);
    let paragraphs = leads.into_iter().chain([Some(status(turn, parcel)), clock, planned, place].into_iter().flatten());
    let paragraphs = paragraphs.collect();
    let mut buttons = Vec::new();
    if matches!(truth, Truth::OfferToConfirm { .. } | Truth::OfferChecking { .. } | Truth::OfferBlocked { .. }) {
        buttons.push(vec![turn.button("button.offer_help", Pressed::Request(intent::OFFER_BLOCKED.into()))]);
    }
    match truth.kind() {
        TruthKind::Moves | TruthKind::Waits | TruthKind::Late => buttons.push(follow::row(turn, &parcel.number)),
        TruthKind::Stopped | TruthKind::ToCollect | TruthKind::Delivered => {}
    }
    buttons.push(turn.person_row());
    turn.state.work.open = Some(Question::Told);
    turn.say_parts(paragraphs, buttons);
    told(turn, parcel);
}
