//! Lessons: what the lead accepted becomes an example, if it does no harm. Each is tried together with all that was
//! learned before; what passes is served at once, what does not is told to the lead with the reason.
//!
//! Learning takes a second of pure work, so it happens beside the inbox and its outcome comes back as an event. Of
//! several replicas one tries, and the others serve what it has found good.

use crate::clock;
use crate::conversation::DeskId;
use crate::desk::{DeskEvent, LessonOutcome};
use crate::inbox::Knowledge;
use crate::leases::{Leases, Role};
use crate::memory;
use crate::phrases::{Gate, Harm, Learned, Report};
use crate::store::{Error, NewEvent, Store};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tracing::{error, info, warn};

/// Commits come in crowds, and lessons seldom: not each is worth a look.
const SETTLE: Duration = Duration::from_millis(200);
/// How often a replica that does not try lessons looks for what another has learned.
const LOOK_AGAIN: Duration = Duration::from_secs(10);

/// Serves what was learned in earlier runs or by another replica. Where the phrases have changed so that it would do
/// harm now, they serve without it.
///
/// # Errors
/// When the database fails.
pub async fn recall(store: &Store, knowledge: &watch::Sender<Arc<Knowledge>>) -> Result<(), Error> {
    let learned: Vec<Learned> = store.proposals("learned").await?.into_iter().map(|known| known.learned()).collect();
    if learned.is_empty() {
        return Ok(());
    }
    let gate = knowledge.borrow().gate.clone();
    match tried(gate, learned).await {
        Ok(Ok(report)) => {
            info!(examples = report.added, "what agents taught is known");
            knowledge.send_modify(|known| *known = Arc::new(known.taught(&report)));
        }
        Ok(Err(_)) => warn!("what agents taught would do harm beside the present phrases; they serve without it"),
        Err(_) => error!("what agents taught cannot be learned; the phrases serve without it"),
    }
    Ok(())
}

/// Tries what the lead accepts, until told to stop. The outcome is told at the first desk.
pub async fn run(
    store: Store,
    leases: Leases,
    knowledge: Arc<watch::Sender<Arc<Knowledge>>>,
    mut stop: watch::Receiver<bool>,
) {
    let mut committed = store.committed();
    let mut known = knowledge.borrow().phrasebook.learned().len();
    while !*stop.borrow_and_update() {
        if !leases.holds(Role::Tend) {
            tokio::select! {
                () = tokio::time::sleep(LOOK_AGAIN) => {}
                _ = stop.changed() => {}
            }
            if let Err(error) = follow(&store, &knowledge, &mut known).await {
                error!(%error, "what others have learned cannot be read; trying again");
            }
            continue;
        }
        committed.mark_unchanged();
        match lesson(&store, &knowledge).await {
            Ok(true) => {}
            Ok(false) => tokio::select! {
                _ = committed.changed() => tokio::time::sleep(SETTLE).await,
                _ = stop.changed() => {}
            },
            Err(error) => {
                error!(%error, "lessons cannot be given; trying again");
                tokio::time::sleep(Duration::from_millis(500)).await;
            }
        }
    }
}

/// Serves what another replica has learned since `known` lessons were.
async fn follow(store: &Store, knowledge: &watch::Sender<Arc<Knowledge>>, known: &mut usize) -> Result<(), Error> {
    let learned = store.proposals("learned").await?.len();
    if learned != *known {
        *known = learned;
        recall(store, knowledge).await?;
    }
    Ok(())
}

/// Tries what was taught: a second or two of pure work, so not on a thread that answers customers.
async fn tried(gate: Arc<Gate>, taught: Vec<Learned>) -> Result<Result<Report, Harm>, tokio::task::JoinError> {
    tokio::task::spawn_blocking(move || {
        let tried = gate.try_add(&taught);
        memory::give_back();
        tried
    })
    .await
}

/// Tries the oldest that was accepted; whether there was one.
async fn lesson(store: &Store, knowledge: &watch::Sender<Arc<Knowledge>>) -> Result<bool, Error> {
    let Some(next) = store.proposals("accepted").await?.into_iter().next() else {
        return Ok(false);
    };
    let known = knowledge.borrow().clone();
    let mut all: Vec<Learned> = known.phrasebook.learned().to_vec();
    all.push(next.learned());
    let gate = known.gate.clone();
    let outcome = match tried(gate, all).await {
        Ok(Ok(report)) => {
            knowledge.send_modify(|known| *known = Arc::new(known.taught(&report)));
            LessonOutcome::Learned
        }
        Ok(Err(harm)) => refused(harm),
        Err(_) => LessonOutcome::Failed,
    };
    info!(intent = next.intent, ?outcome, "a lesson");
    let desk = known.desks.first().map_or(DeskId::default(), |desk| store.current_desk(desk.id));
    let event = DeskEvent::Lesson { utterance: next.utterance.clone(), intent: next.intent.clone(), outcome };
    let (stands, reason) = match &event {
        DeskEvent::Lesson { outcome: LessonOutcome::Learned, .. } => ("learned", None),
        _ => ("refused", serde_json::to_string(&event).ok()),
    };
    let event = NewEvent {
        source: format!("lesson:{}", next.id),
        conversation: desk.into(),
        body: serde_json::to_string(&event).expect("an event is plain data"),
    };
    store
        .write(move |mut tx| {
            Box::pin(async move {
                tx.proposal_stands(next.id, stands, reason.as_deref()).await?;
                tx.put_event(&event, clock::now().timestamp_millis()).await?;
                Ok(())
            })
        })
        .await?;
    Ok(true)
}

fn refused(harm: Harm) -> LessonOutcome {
    match harm {
        Harm::Conflict { with, example, .. } => LessonOutcome::Conflict { with, example },
        Harm::NearMiss { .. } => LessonOutcome::NearMiss,
        Harm::Tests { failing } => LessonOutcome::Tests { failing: failing.len() },
        Harm::Accuracy { before, after, .. } => {
            let percent = |share: f64| format!("{:.1}", share * 100.0);
            LessonOutcome::Accuracy { before: percent(before), after: percent(after) }
        }
    }
}
