//! A ticket waits, and the customer asks whether there is anything new: the parcel is looked up, and told where it moved.

use super::event::Tracked;
use super::matters::status;
use super::queue;
use super::state::Assignee;
use super::turn::Turn;
use crate::parcel::Parcel;

/// The parcel was looked up for a customer who asks what is new while the ticket waits: told where it stands otherwise than
/// before, and the place in the queue in any case. Whoever took the ticket meanwhile sees it.
pub(super) fn tracked(turn: &mut Turn<'_>, answer: Tracked) {
    let Assignee::Queue { ticket, .. } = turn.state.desk.assignee.clone() else {
        if let Tracked::Found(found) = answer {
            status::tell_desk(turn, &found.parcel);
        }
        return;
    };
    let place = queue::about(turn, "human.waiting", &ticket);
    let buttons = queue::buttons(turn, ticket.no);
    match answer {
        Tracked::Found(found) if has_moved(turn, &found.parcel) => {
            let news = status::status(turn, &found.parcel);
            status::told(turn, &found.parcel);
            status::tell_desk(turn, &found.parcel);
            turn.say_parts(vec![news, place], buttons);
        }
        Tracked::Found(_) | Tracked::Unknown | Tracked::Down => queue::tell_place(turn, &ticket),
    }
}

/// Whether a parcel stands otherwise than was told.
fn has_moved(turn: &Turn<'_>, parcel: &Parcel) -> bool {
    let truth = status::truth(turn, parcel);
    let told = turn.state.work.status_told(&parcel.number);
    told.is_none_or(|last| last.status != parcel.status || last.truth != Some(truth))
}
