//! `otklik export` and `otklik forget`: what is kept about one customer, for the owner: when somebody asks by letter.

use super::shared::{CommandResult, DatabaseArguments};
use crate::clock;
use crate::conversation::{Actor, CustomerId, Event, State, TicketNo};
use crate::store::{NewEvent, Store};
use std::time::Duration;

#[derive(clap::Args)]
#[command(
    after_help = "Examples:\n  otklik export --ticket 106 > customer.json\n  otklik export --customer 501000001 > \
                  customer.json"
)]
pub(super) struct Export {
    #[command(flatten)]
    database: DatabaseArguments,
    #[command(flatten)]
    whose: Whose,
}

#[derive(clap::Args)]
#[command(after_help = "Examples:\n  otklik forget --ticket 106\n  otklik forget --customer 501000001 --yes")]
pub(super) struct Forget {
    #[command(flatten)]
    database: DatabaseArguments,
    #[command(flatten)]
    whose: Whose,
    /// Erase it: without this it is only said what would go and what stays
    #[arg(long)]
    yes: bool,
    /// Also while a ticket is open, which is closed then
    #[arg(long)]
    with_ticket: bool,
}

/// Which customer is meant.
#[derive(clap::Args)]
#[group(required = true, multiple = false)]
struct Whose {
    /// Telegram's id of the customer, as an export names it
    #[arg(long, value_name = "ID")]
    customer: Option<i64>,
    /// The number of a ticket of the customer's, open or done
    #[arg(long, value_name = "NUMBER")]
    ticket: Option<i64>,
}

impl Whose {
    async fn customer(&self, store: &Store) -> Result<CustomerId, Box<dyn std::error::Error>> {
        match (self.customer, self.ticket) {
            (Some(customer), _) => Ok(CustomerId(customer)),
            (None, Some(no)) => match store.whose_ticket(TicketNo(no)).await? {
                Some((customer, _)) => Ok(customer),
                None => Err(format!("there is no ticket {no}").into()),
            },
            (None, None) => Err("say whose: --ticket NUMBER or --customer ID".into()), // clap has said so
        }
    }
}

/// How long a bot that runs is waited for.
const PATIENCE: u32 = 10;

pub(super) async fn export(arguments: Export) -> CommandResult {
    let store = arguments.database.existing().await?;
    let customer = arguments.whose.customer(&store).await?;
    known(&store, customer).await?;
    let now = clock::now().timestamp_millis();
    outln!("{:#}", store.kept_about(customer, now).await?);
    store
        .write(move |mut tx| {
            Box::pin(async move { tx.audit(Actor::Owner.word(), "export", Some(customer), now).await })
        })
        .await?;
    Ok(())
}

pub(super) async fn forget(arguments: Forget) -> CommandResult {
    let store = arguments.database.existing().await?;
    let customer = arguments.whose.customer(&store).await?;
    let state = known(&store, customer).await?;
    if state.has_change_under_way() {
        return Err("the carrier has been told to change something for this customer and has not answered: \
                    try again when it has"
            .into());
    }
    if let Some(ticket) = state.desk.assignee.ticket().filter(|_| !arguments.with_ticket) {
        return Err(
            format!("ticket {} is open: finish it first, or add --with-ticket to have it closed", ticket.no).into()
        );
    }
    if !arguments.yes {
        outln!("Erased: the story, name, phone, what the bot works on, feedback in words, what waits or was sent.");
        outln!("Stays, without the customer: tickets as numbers and times, marks, promises, learned phrases.");
        outln!("Stays: parcels and their changes, the topic at the desk until somebody deletes it, your backups.");
        outln!("To erase it: otklik forget --customer {customer} --yes");
        return Ok(());
    }
    let now = clock::now().timestamp_millis();
    let before = store.audited(1).await?;
    let event = NewEvent {
        source: format!("owner:forget:{customer}:{now}"),
        conversation: customer.into(),
        body: serde_json::to_string(&Event::Forget).expect("an event is plain data"),
    };
    store.write(move |mut tx| Box::pin(async move { tx.put_event(&event, now).await.map(|_| ()) })).await?;
    for _ in 0..PATIENCE {
        tokio::time::sleep(Duration::from_secs(1)).await;
        let last = store.audited(1).await?;
        if last != before && last.first().is_some_and(|last| last.what == "forget") {
            outln!("Erased. The topic at the desk stays until somebody deletes it; your backups are yours to thin.");
            return Ok(());
        }
    }
    outln!("Noted, not erased yet: the bot does it when it runs (otklik run).");
    Ok(())
}

/// The state of a customer who is known.
async fn known(store: &Store, customer: CustomerId) -> Result<State, Box<dyn std::error::Error>> {
    match store.state_between(customer).await? {
        Some(state) => Ok(serde_json::from_str(&state).unwrap_or_default()),
        None => Err(format!("nothing is kept about customer {customer}").into()),
    }
}
