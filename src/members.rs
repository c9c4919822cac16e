//! Who may act at a desk. A message in the group proves that its author is a member; a press proves nothing: the card
//! stays on the screen of somebody who has left. So Telegram is asked before the press is decided on, and what it says
//! is kept for minutes in the database, where all replicas find it.
//!
//! An event whose author is not known well enough waits in a table of its own, apart from the inbox: a slow answer holds
//! nobody else up. All that one person does meanwhile waits for the same answer, so a flood of presses is one question.
//! When Telegram is silent its last answer counts, if it is no older than a day.

use crate::clock;
use crate::conversation::{AgentId, CustomerId, DeskId, Event, Standing};
use crate::leases::{Leases, Role};
use crate::store::{Error, Member, NewEvent, Store};
use futures::future::BoxFuture;
use serde_json::Value;
use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tracing::{error, info, warn};

/// How long Telegram may take to say how somebody stands: the press is shown as waiting meanwhile.
const PATIENCE: Duration = Duration::from_secs(5);
/// How many people are asked about side by side.
const AT_ONCE: usize = 8;
/// How many people are looked at in one go: more than are asked about at once.
const LOOK: i64 = 32;
/// Another replica's events are found by looking, if its commit was not heard of.
const LOOK_AGAIN: Duration = Duration::from_secs(1);

/// How long what is known needs no question (milliseconds).
const FRESH: i64 = 5 * 60 * 1000;
/// The same for somebody who is outside: they may come back, and then wait for nothing.
const FRESH_OUTSIDE: i64 = 20 * 1000;
/// How long what is known counts when Telegram does not answer (milliseconds).
const AT_MOST: i64 = 24 * 60 * 60 * 1000;
/// How long after a silence nobody is asked again about the same person (milliseconds).
const ASK_AGAIN: i64 = 3000;

/// What an event wants to know of its author.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// Whether they may act at all.
    Act,
    /// Whether they may do what the lead may.
    Lead,
}

/// Telegram did not say how somebody stands.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Silent(pub String);

/// Says how people stand at a desk. A port, so that this room knows nothing of Telegram's calls.
pub trait Membership: Send + Sync + 'static {
    /// How `person` stands at `desk` just now; never [`Standing::Unknown`].
    ///
    /// # Errors
    /// When Telegram cannot be reached, or does not tell.
    fn of(&self, desk: DeskId, person: AgentId) -> BoxFuture<'_, Result<Standing, Silent>>;
}

/// How somebody stands, if what is known at `now` (Unix milliseconds) is enough for what is needed; `None` when Telegram
/// is to be asked.
pub fn stands(member: &Member, now: i64, need: Need) -> Option<Standing> {
    let checked = within(member.checked_at, now, FRESH);
    let known = match (known(member, now, FRESH), need) {
        (Some(Standing::Outside), _) if !within(member.checked_at, now, FRESH_OUTSIDE) => None,
        // Who writes is a member; whether an administrator, only Telegram's answer tells.
        (Some(Standing::Member), Need::Lead) if !checked => None,
        (known, _) => known,
    };
    let silent = within(member.tried_at, now, ASK_AGAIN);
    known.or_else(|| silent.then(|| at_last(member, now)))
}

/// How somebody stands when nobody can be asked: as Telegram last said, for a day.
fn at_last(member: &Member, now: i64) -> Standing {
    known(member, now, AT_MOST).unwrap_or(Standing::Unknown)
}

/// What was learned of somebody in the last `span` milliseconds; `None` when that is nothing.
fn known(member: &Member, now: i64, span: i64) -> Option<Standing> {
    let answer = member.status.filter(|_| within(member.checked_at, now, span));
    let wrote = within(member.seen_at, now, span);
    match answer {
        Some(Standing::Outside) if wrote && member.seen_at > member.checked_at => Some(Standing::Member),
        None if wrote => Some(Standing::Member),
        answer => answer,
    }
}

/// Whether a moment lies no more than `span` from `now` (all milliseconds), on either side: clocks are set right.
fn within(at: i64, now: i64, span: i64) -> bool {
    at > 0 && (now - at).abs() < span
}

/// Asks about the authors of events that wait for it.
pub struct Members<M> {
    store: Store,
    membership: Arc<M>,
    leases: Leases,
}

impl<M: Membership> Members<M> {
    /// The waiting events of `store`; `membership` is asked.
    pub fn new(store: Store, membership: Arc<M>, leases: Leases) -> Self {
        Members { store, membership, leases }
    }

    /// Asks until told to stop.
    pub async fn run(self, mut stop: watch::Receiver<bool>) {
        let mut committed = self.store.committed();
        let mut busy = HashSet::new();
        let mut questions = JoinSet::new();
        while self.leases.hold(Role::Tend, &mut stop).await {
            committed.mark_unchanged();
            let waiting = match self.store.unproven(LOOK).await {
                Ok(waiting) => waiting,
                Err(error) => {
                    error!(%error, "events that wait for their author's standing cannot be read; trying again");
                    Vec::new()
                }
            };
            for who in waiting {
                if questions.len() < AT_ONCE && busy.insert(who) {
                    questions.spawn(ask(self.store.clone(), self.membership.clone(), who));
                }
            }
            tokio::select! {
                Some(done) = questions.join_next() => match done {
                    Ok(who) => drop(busy.remove(&who)),
                    // Their events wait until the next start, and nobody else's.
                    Err(error) => error!(%error, "a question about somebody's standing broke off"),
                },
                _ = committed.changed() => {}
                () = tokio::time::sleep(LOOK_AGAIN) => {}
                _ = stop.changed() => {}
            }
        }
        // What is not answered is asked again by the replica that tends next.
    }
}

/// Asks how one person stands, and lets what they did go on; returns the person. When the database fails all of it
/// waits for the next look.
async fn ask<M: Membership>(store: Store, membership: Arc<M>, who: (DeskId, AgentId)) -> (DeskId, AgentId) {
    let (desk, person) = who;
    let asked = tokio::time::timeout(PATIENCE, membership.of(store.current_desk(desk), person));
    let answer = match asked.await {
        Ok(Ok(standing)) => Some(standing),
        Ok(Err(silent)) => {
            warn!(%desk, person = person.0, %silent, "Telegram does not say how somebody stands at the desk");
            None
        }
        Err(_) => {
            warn!(%desk, person = person.0, "Telegram takes too long to say how somebody stands at the desk");
            None
        }
    };
    let held = match answer {
        Some(Standing::Outside) => store.held_by(person, desk).await,
        Some(_) | None => Ok(Vec::new()),
    };
    let done = match held {
        Ok(held) => go_on(&store, desk, person, answer, held).await,
        Err(error) => Err(error),
    };
    if let Err(error) = done {
        error!(%error, "how somebody stands at the desk cannot be stored; trying again");
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    who
}

/// Writes down what Telegram said, and puts what waited for it into the inbox. Somebody who is outside holds no tickets
/// of that desk any more (these customers are `held`), and is not on shift there.
async fn go_on(
    store: &Store,
    desk: DeskId,
    person: AgentId,
    answer: Option<Standing>,
    held: Vec<CustomerId>,
) -> Result<(), Error> {
    let ids = store.ids_of(desk);
    store
        .write(move |mut tx| {
            Box::pin(async move {
                let now = clock::now().timestamp_millis();
                match answer {
                    Some(standing) => tx.member_is(desk, person, standing, now).await?,
                    None => tx.member_tried(desk, person, now).await?,
                }
                let standing = match answer {
                    Some(standing) => standing,
                    None => at_last(&tx.member(desk, person).await?, now),
                };
                let mut events = tx.take_unproven(desk, person).await?;
                for event in &mut events {
                    event.body = with_standing(&event.body, standing);
                }
                if answer == Some(Standing::Outside) {
                    tx.agent_left(person, &ids).await?;
                }
                if !held.is_empty() {
                    info!(%desk, person = person.0, "somebody who is not in the group any more held tickets");
                }
                events.extend(held.into_iter().map(|customer| gone(person, customer, now)));
                tx.put_events(&events, now).await?;
                Ok(())
            })
        })
        .await
}

/// The event, which is JSON, with its author's standing in it.
fn with_standing(body: &str, standing: Standing) -> String {
    let Ok(Value::Object(mut event)) = serde_json::from_str(body) else {
        return body.to_owned(); // the inbox puts it into quarantine
    };
    // What was done about a customer comes with the desk that it was done at.
    let did = match event.contains_key("did") {
        true => event.get_mut("did").and_then(Value::as_object_mut),
        false => Some(&mut event),
    };
    if let Some(did) = did {
        did.insert("standing".into(), serde_json::to_value(standing).expect("a standing is plain data"));
    }
    Value::Object(event).to_string()
}

/// The customer's agent is not in the group any more.
fn gone(agent: AgentId, customer: CustomerId, now: i64) -> NewEvent {
    NewEvent {
        source: format!("members:{}:{customer}:{now}", agent.0),
        conversation: customer.into(),
        body: serde_json::to_string(&Event::AgentGone { agent }).expect("an event is plain data"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_800_000_000_000;
    const MINUTE: i64 = 60 * 1000;

    fn check(member: Member, act: Option<Standing>, lead: Option<Standing>) {
        assert_eq!(stands(&member, NOW, Need::Act), act, "to act: {member:?}");
        assert_eq!(stands(&member, NOW, Need::Lead), lead, "to lead: {member:?}");
    }

    #[test]
    fn an_answer_counts_for_minutes_and_a_message_proves_membership() {
        let answered = |status, ago| Member { status: Some(status), checked_at: NOW - ago, ..Member::default() };
        check(Member::default(), None, None);
        for status in [Standing::Administrator, Standing::Member] {
            check(answered(status, MINUTE), Some(status), Some(status));
            check(answered(status, 6 * MINUTE), None, None);
        }
        check(answered(Standing::Outside, 1000), Some(Standing::Outside), Some(Standing::Outside));
        check(answered(Standing::Outside, MINUTE), None, None);
        let wrote = Member { seen_at: NOW - MINUTE, ..Member::default() };
        check(wrote, Some(Standing::Member), None);
        // The message came after the answer.
        check(
            Member { seen_at: NOW, ..answered(Standing::Outside, 1000) },
            Some(Standing::Member),
            Some(Standing::Member),
        );
        check(Member { seen_at: NOW, ..answered(Standing::Administrator, 60 * MINUTE) }, Some(Standing::Member), None);
    }

    #[test]
    fn in_a_silence_the_last_answer_counts_for_a_day() {
        let silent = |status: Option<Standing>, hours: i64| {
            let checked_at = NOW - hours * 60 * MINUTE;
            Member { status, checked_at, seen_at: 0, tried_at: NOW - 1000 }
        };
        for (status, hours, expected) in [
            (Some(Standing::Member), 23, Standing::Member),
            (Some(Standing::Administrator), 23, Standing::Administrator),
            (Some(Standing::Outside), 23, Standing::Outside),
            (Some(Standing::Member), 25, Standing::Unknown),
            (None, 1, Standing::Unknown),
        ] {
            check(silent(status, hours), Some(expected), Some(expected));
            let later = Member { tried_at: NOW - MINUTE, ..silent(status, hours) };
            check(later, None, None);
        }
    }

    #[test]
    fn a_standing_is_put_into_an_event() {
        let body = r#"{"event":"agent_pressed","agent":{"id":7,"name":"Мария"},"press":{"query":"1","message":5,"data":"take:1"}}"#;
        let read: Event = serde_json::from_str(&with_standing(body, Standing::Outside)).expect("an event");
        assert!(matches!(read, Event::AgentPressed { standing: Standing::Outside, .. }), "{read:?}");
        let wrapped =
            serde_json::to_string(&Event::AtDesk { desk: DeskId(-1), did: Box::new(read) }).expect("plain data");
        let read: Event = serde_json::from_str(&with_standing(&wrapped, Standing::Administrator)).expect("an event");
        let Event::AtDesk { did, .. } = read else { panic!("still with its desk: {read:?}") };
        assert!(matches!(*did, Event::AgentPressed { standing: Standing::Administrator, .. }), "{did:?}");
    }
}
