//! getUpdates: what waits for the bot, at once or as soon as something comes.

use std::time::Duration;

use serde_json::{Value, json};

use crate::args::Args;
use crate::chats;
use crate::draft::Draft;
use crate::refusal::Refusal;
use crate::state::Core;
use crate::world::Change;

const MOST_UPDATES: i64 = 100;
const LONGEST_WAIT: i64 = 50;

/// getUpdates
pub(crate) async fn updates(core: &Core, args: &Args) -> Result<Value, Refusal> {
    let mut newer = core.begin_poll();
    let mut changed = core.subscribe();
    let mut stopping = core.stopping();
    let limit = args.int("limit").unwrap_or(MOST_UPDATES).clamp(1, MOST_UPDATES);
    let limit = usize::try_from(limit).unwrap_or(1);
    let wait = args.int("timeout").unwrap_or(0).clamp(0, LONGEST_WAIT);
    let mut end = core.sleep(Duration::from_secs(wait.unsigned_abs()));
    core.change(|draft| confirm(draft, args));
    loop {
        // Marked as seen before the look, so that nothing that comes between is slept through.
        changed.borrow_and_update();
        let found = waiting(core, limit)?;
        if !found.is_empty() || wait == 0 {
            return Ok(found.into());
        }
        tokio::select! {
            // An end comes first: an update given to a poll that is over would be lost to sight.
            biased;
            _ = newer.changed() => {
                return Err(Refusal::conflict(
                    "terminated by other getUpdates request; make sure that only one bot instance is running",
                ));
            }
            _ = stopping.wait_for(|stop| *stop) => return Ok(json!([])),
            _ = changed.changed() => {}
            () = &mut end => return Ok(json!([])),
        }
    }
}

/// Takes what the call says of the updates before it.
fn confirm(draft: &mut Draft, args: &Args) {
    if draft.world().webhook.is_some() {
        return;
    }
    chats::allow(draft, args);
    let pending = &draft.world().pending;
    let below = match args.int("offset").unwrap_or(0) {
        0 => return,
        offset @ 1.. => offset,
        // −1 keeps the last update only, −2 the last two.
        back => {
            let kept = usize::try_from(back.unsigned_abs()).unwrap_or(usize::MAX);
            let first = pending.len().saturating_sub(kept);
            match pending.get(first) {
                Some(update) => update.id,
                None => return,
            }
        }
    };
    if pending.iter().any(|update| update.id < below) {
        draft.make(Change::Confirmed { below });
    }
}

fn waiting(core: &Core, limit: usize) -> Result<Vec<Value>, Refusal> {
    let inner = core.lock();
    if inner.world.webhook.is_some() {
        return Err(Refusal::conflict(
            "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
        ));
    }
    let pending = inner.world.pending.iter().take(limit);
    Ok(pending.map(|pending| pending.update.clone()).collect())
}
