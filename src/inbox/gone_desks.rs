//! Desks that the owner has taken out of the settings: what waits there is not seen by anybody any more.

use crate::clock;
use crate::conversation::{DeskId, Event};
use crate::store::{Error, NewEvent, Store};
use tracing::info;

/// Has the tickets that lie at none of `desks` (as the owner names them) go on at the first of them. To be called when a
/// bot starts.
///
/// # Errors
/// When the database fails.
pub async fn recall_tickets(store: &Store, desks: &[DeskId]) -> Result<(), Error> {
    let now = clock::now().timestamp_millis();
    let here: Vec<DeskId> = desks.iter().map(|desk| store.current_desk(*desk)).collect();
    let mut events = Vec::new();
    for (customer, desk) in store.desks_of_open_tickets().await? {
        if !here.is_empty() && !here.contains(&store.current_desk(desk)) {
            info!(%customer, %desk, "the ticket's desk is none any more; it goes to the first");
            let source = format!("desk_gone:{customer}:{now}");
            let body = serde_json::to_string(&Event::DeskGone).expect("an event is plain data");
            events.push(NewEvent { source, conversation: customer.into(), body });
        }
    }
    if events.is_empty() {
        return Ok(());
    }
    store.write(move |mut tx| Box::pin(async move { tx.put_events(&events, now).await.map(|_| ()) })).await
}
