//! Requests to the carrier. They are rows, and so survive a restart; their answers go back into the
//! inbox as events.

use crate::carrier::{Carrier, Down, NotMade};
use crate::clock;
use crate::conversation::{CarrierRequest, CustomerId, Event, Instructed, Tracked};
use crate::leases::{Leases, Role};
use crate::store::{ANSWER, Cause, Error, NewEvent, OpenRequest, Store};
use futures::future::join_all;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tracing::{error, warn};

/// How long the carrier may take over one request.
const PATIENCE: Duration = Duration::from_secs(10);
/// Another replica's requests are found by looking, if its commit was not heard of.
const LOOK_AGAIN: Duration = Duration::from_secs(1);
/// Commits come in crowds: not each is worth a look of its own.
const SETTLE: Duration = Duration::from_millis(5);
/// How many requests are asked side by side.
const AT_ONCE: usize = 16;

/// Takes open requests to the carrier.
pub struct CarrierRequests {
    store: Store,
    carrier: Arc<dyn Carrier>,
    leases: Leases,
}

impl CarrierRequests {
    /// The open requests of `store`, for `carrier`.
    pub fn new(store: Store, carrier: Arc<dyn Carrier>, leases: Leases) -> CarrierRequests {
        CarrierRequests { store, carrier, leases }
    }

    /// Asks until told to stop.
    pub async fn run(self, mut stop: watch::Receiver<bool>) {
        let mut committed = self.store.committed();
        while self.leases.hold(Role::Tend, &mut stop).await {
            committed.mark_unchanged();
            match self.ask().await {
                Ok(0) => tokio::select! {
                    _ = committed.changed() => tokio::time::sleep(SETTLE).await,
                    () = tokio::time::sleep(LOOK_AGAIN) => {}
                    _ = stop.changed() => {}
                },
                Ok(_) => {}
                Err(error) => {
                    error!(%error, "requests to the carrier cannot be handled; trying again");
                    tokio::time::sleep(Duration::from_millis(500)).await;
                }
            }
        }
    }

    /// Asks what is open; returns how many requests that were.
    ///
    /// # Errors
    /// When the database fails: what was not answered is asked again. A carrier that does not answer is no error here.
    pub async fn ask(&self) -> Result<usize, Error> {
        let open = self.store.carrier_requests(AT_ONCE as i64).await?;
        let mut by_customer: BTreeMap<CustomerId, Vec<&OpenRequest>> = BTreeMap::new();
        for request in &open {
            by_customer.entry(request.customer).or_default().push(request);
        }
        let answers = join_all(by_customer.values().map(|requests| self.of_one(requests))).await;
        answers.into_iter().collect::<Result<(), Error>>()?;
        Ok(open.len())
    }

    /// One customer's requests: asked side by side, answered in the order they were asked.
    async fn of_one(&self, requests: &[&OpenRequest]) -> Result<(), Error> {
        let answers = join_all(requests.iter().map(|request| self.answer(request))).await;
        self.store
            .write(move |mut tx| {
                Box::pin(async move {
                    for (id, event, cause) in &answers {
                        tx.because(*cause);
                        if tx.answered(*id).await? {
                            tx.put_event(event, clock::now().timestamp_millis()).await?;
                        }
                    }
                    Ok(())
                })
            })
            .await
    }

    /// Asks one request; returns its row, the answer as an event, and what it was asked for.
    async fn answer(&self, request: &OpenRequest) -> (i64, NewEvent, Option<Cause>) {
        let event = match request.request.clone() {
            CarrierRequest::Track { number, phone, why } => {
                let tracked = self.in_time(request, self.carrier.track(&number, phone.as_ref())).await;
                let answer = match tracked {
                    Some(Some(found)) => Tracked::Found(found),
                    Some(None) => Tracked::Unknown,
                    None => Tracked::Down,
                };
                Event::Tracked { number, answer, why }
            }
            CarrierRequest::Instruct(instruction) => {
                let made = async {
                    match self.carrier.instruct(&instruction).await {
                        Ok(done) => Ok(Instructed::Done(done)),
                        Err(NotMade::Refused(refused)) => Ok(Instructed::Refused(refused)),
                        Err(NotMade::Down(down)) => Err(down),
                    }
                };
                let answer = self.in_time(request, made).await.unwrap_or(Instructed::Down);
                Event::Instructed { instruction, answer }
            }
        };
        let event = NewEvent {
            source: format!("{ANSWER}{}", request.id),
            conversation: request.customer.into(),
            body: serde_json::to_string(&event).expect("an event is plain data"),
        };
        (request.id, event, request.cause)
    }

    /// What the carrier answers, if it does so in time.
    async fn in_time<T>(&self, request: &OpenRequest, asked: impl Future<Output = Result<T, Down>>) -> Option<T> {
        match tokio::time::timeout(PATIENCE, asked).await {
            Ok(Ok(answer)) => Some(answer),
            Ok(Err(down)) => {
                warn!(customer = %request.customer, %down, "a request stays unanswered");
                None
            }
            Err(_) => {
                warn!(customer = %request.customer, "the carrier took too long");
                None
            }
        }
    }
}
