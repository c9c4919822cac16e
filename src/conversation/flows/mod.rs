//! What the bot solves by itself: one flow, one file, one implementation of [`Flow`], one line in [`FLOWS`]. Nothing
//! else matches over flows, and no flow knows another: what comes next is returned as a value ([`Next`]).
//!
//! A flow with a task remembers in [`Work`](super::task::Work) what it has found out. Its `go_on` asks for the first thing
//! that is missing and ends.

mod cancel;
mod faq;
mod flow;
mod forget_me;
mod link;
mod offer;
mod praise;
mod refund;
mod where_is;

use super::effect::Button;
use super::event::{CarrierRequest, Tracked, Why};
use super::ids::intent;
use super::matters::reminder;
use super::next::Next;
use super::state::Question;
use super::task::Group;
use super::turn::Turn;
use super::{carrier_retry, news, steps, story};
use crate::parcel::{Change, TrackingNumber};
use crate::phrases::Key;
use flow::Flow;
use understanding::Reading;

/// All flows, in the order of the menu.
static FLOWS: [&dyn Flow; 5] =
    [&where_is::WhereIs, &offer::OfferBlocked, &link::ResendLink, &cancel::Cancel, &refund::RefundMoney];

/// Flows that no menu offers: who wants such a thing says so.
static QUIET: [&dyn Flow; 1] = [&forget_me::ForgetMe];

/// Each flow of its own.
fn all() -> impl Iterator<Item = &'static dyn Flow> {
    FLOWS.into_iter().chain(QUIET)
}

/// The flow that serves an intent: one of its own, or the answer that is only data.
pub(super) fn of(intent: &str) -> &'static dyn Flow {
    let asides: [&'static dyn Flow; 2] = [&praise::PRAISE, &praise::IDEA];
    all().chain(asides).find(|flow| flow.intent() == intent).unwrap_or(&faq::Faq)
}

/// The intent of a kind word.
pub(super) const PRAISE: &str = praise::PRAISE_INTENT;

/// The intent of an idea.
pub(super) const IDEA: &str = praise::IDEA_INTENT;

/// Whether a message that no request is sure of announces an idea.
pub(super) fn is_idea(turn: &Turn<'_>, text: &str, reading: &Reading) -> bool {
    praise::announces(turn, text, reading)
}

/// A kind word beside a request is thanked for first.
pub(super) fn praise_beside(turn: &mut Turn<'_>, text: &str) {
    praise::beside(turn, text);
}

/// The customer was asked for an idea, and this may be it.
pub(super) fn is_told(turn: &mut Turn<'_>, text: &str) -> Option<Next> {
    praise::is_told(turn, text)
}

/// What a bare number asks.
pub(super) fn of_a_number() -> &'static dyn Flow {
    &where_is::WhereIs
}

/// The flow in work; without one, what a number would begin.
pub(super) fn in_work(turn: &Turn<'_>) -> &'static dyn Flow {
    turn.state.work.task.as_ref().map_or(of_a_number(), |task| of(task.work.intent()))
}

/// Whether the task in work is about an offer: its link, or what holds it up.
pub(super) fn works_on_offer(turn: &Turn<'_>) -> bool {
    matches!(in_work(turn).intent(), intent::RESEND_LINK | intent::OFFER_BLOCKED)
}

/// The flow that asked a question, where it is one flow's own.
pub(super) fn asked_by(turn: &Turn<'_>, question: &Question) -> &'static dyn Flow {
    match question {
        Question::Choose(group) => of_group(*group),
        Question::Told => of_a_number(),
        Question::TrackingNumber
        | Question::NumberAgain
        | Question::Details { .. }
        | Question::Clarify(_)
        | Question::Words
        | Question::Person { .. }
        | Question::Helped(_)
        | Question::Phone { .. }
        | Question::Confirm { .. }
        | Question::PassedOn { .. }
        | Question::Evidence
        | Question::Solved
        | Question::Resume
        | Question::LeaveQueue
        | Question::RatingWords(_) => in_work(turn),
    }
}

/// What a person is offered for with a question.
pub(super) fn about(turn: &Turn<'_>, question: &Question) -> String {
    match question {
        Question::Person { about } | Question::Details { about } => about.clone(),
        other => asked_by(turn, other).intent().to_owned(),
    }
}

/// The flow that asks a group of given answers.
pub(super) fn of_group(group: Group) -> &'static dyn Flow {
    FLOWS.into_iter().find(|flow| flow.groups().contains(&group)).unwrap_or(&faq::Faq)
}

/// The flow whose change this is.
pub(super) fn of_change(change: Change) -> &'static dyn Flow {
    FLOWS.into_iter().find(|flow| flow.makes(change)).unwrap_or(&faq::Faq)
}

/// The carrier told of a parcel.
pub(super) fn tracked(turn: &mut Turn<'_>, number: TrackingNumber, answer: Tracked, why: Why) -> Next {
    if answer != Tracked::Down {
        let request = CarrierRequest::Track { number: number.clone(), phone: turn.state.customer.phone.clone(), why };
        carrier_retry::answered(turn, &request);
    }
    match why {
        Why::Task(no) => match turn.state.work.task.as_ref().map(|task| of(task.work.intent())) {
            Some(flow) => flow.tracked(turn, number, answer, why),
            None => steps::tracked(turn, no, number, answer),
        },
        Why::Remind => {
            reminder::tracked(turn, number, answer);
            Next::Rest
        }
        Why::Story => story::tracked(turn, number, answer),
        Why::Waiting => {
            news::tracked(turn, answer);
            Next::Rest
        }
        Why::Tell | Why::NotReceived | Why::About(_) | Why::Further => of_a_number().tracked(turn, number, answer, why),
    }
}

/// The requests customers have most often, a row each, and a person. While a ticket waits, those that may run beside it.
pub(super) fn menu(turn: &Turn<'_>) -> Vec<Vec<Button>> {
    let waits = turn.state.desk.assignee.ticket().is_some();
    let offered = FLOWS.into_iter().filter(|flow| !waits || flow.beside_ticket());
    offered.map(|flow| vec![turn.request_button(flow.intent())]).chain([turn.person_row()]).collect()
}

/// What all flows say.
pub(super) fn texts() -> impl Iterator<Item = &'static Key> {
    all().flat_map(|flow| flow.texts()).chain(praise::TEXTS)
}

/// The intents that have a flow of their own.
pub(super) fn intents() -> impl Iterator<Item = &'static str> {
    all().map(|flow| flow.intent())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conversation::task::Work;
    use crate::parcel::RefundReason;

    #[test]
    fn each_task_group_and_change_is_one_flows_own() {
        let refund = Work::Refund { reason: None, photos: Vec::new(), shown: false };
        for work in [Work::Offer { cause: None }, Work::Link, Work::cancel(), refund] {
            assert_eq!(of(work.intent()).intent(), work.intent());
        }
        let groups = [
            (Group::Sight, "offer_blocked"),
            (Group::Mismatch, "offer_blocked"),
            (Group::Passport, "offer_blocked"),
            (Group::RefundReason, "refund"),
            (Group::Refusal, "cancel"),
            (Group::CancelReason, "cancel"),
        ];
        for (group, intent) in groups {
            assert_eq!(FLOWS.iter().filter(|flow| flow.groups().contains(&group)).count(), 1, "{group:?}");
            assert_eq!((of_group(group).intent(), group.place().0), (intent, intent));
        }
        let changes = [
            (Change::ResendLink, "resend_link"),
            (Change::UnblockOffer, "resend_link"),
            (Change::AnnulOffer, "resend_link"),
            (Change::Cancel, "cancel"),
            (Change::Refuse, "cancel"),
            (Change::Refund(RefundReason::Damaged), "refund"),
        ];
        for (change, intent) in changes {
            assert_eq!(FLOWS.iter().filter(|flow| flow.makes(change)).count(), 1, "{change:?}");
            assert_eq!(of_change(change).intent(), intent);
        }
        assert!(FLOWS.iter().all(|flow| flow.texts().iter().any(|text| text.key.starts_with(flow.intent()))));
    }
}
