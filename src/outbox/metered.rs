//! A messenger that counts what Telegram refuses, whatever is done about it.

use super::messenger::{Delivery, Messenger, SendRefusal, Sent};
use crate::meters::Meters;
use futures::future::BoxFuture;

/// A messenger whose refusals are counted.
pub struct Metered<M> {
    messenger: M,
    meters: Meters,
}

impl<M> Metered<M> {
    /// Counts the refusals of `messenger`.
    pub fn new(messenger: M, meters: Meters) -> Metered<M> {
        SendRefusal::KINDS.iter().for_each(|kind| meters.may_be_refused(kind));
        Metered { messenger, meters }
    }
}

impl<M: Messenger> Messenger for Metered<M> {
    fn send(&self, delivery: Delivery) -> BoxFuture<'_, Result<Sent, SendRefusal>> {
        Box::pin(async move {
            let sent = self.messenger.send(delivery).await;
            if let Err(refusal) = &sent {
                self.meters.refused(refusal.kind());
            }
            sent
        })
    }

    fn bot(&self) -> BoxFuture<'_, Option<String>> {
        self.messenger.bot()
    }
}
