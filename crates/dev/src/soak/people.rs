//! Who writes: half of the customers ask the bot about one parcel after the other, the other half talk with agents.

use crate::chance::Chance;
use crate::tags::{Tag, answer, word};
use otklik::clock;
use otklik::parcel::{Listed, Parcel, Status, StatusCode, TrackingNumber};
use otklik::store::Store;
use sandbox::Sandbox;
use std::time::Duration;

/// How long the desk may take to have a topic for everybody before anything goes wrong.
const PATIENCE: Duration = Duration::from_secs(60);
/// Numbers of parcels begin here: ten digits are the carrier's own.
const FIRST: u64 = 1_000_000_000;
/// How many parcels there are.
const PARCELS: u64 = 20_000;

/// Somebody who writes.
pub(super) struct Customer {
    pub id: i64,
    /// The topic of one who talks with agents.
    pub topic: Option<i64>,
    /// How many messages they have sent.
    pub said: usize,
    /// The answers agents have written to them, by the messages' ids at the desk.
    pub answers: Vec<i64>,
    /// The parcels they have asked about, in order.
    pub asked: Vec<u64>,
}

/// Everybody.
pub(super) struct People {
    pub customers: Vec<Customer>,
    agent: i64,
    next_parcel: u64,
}

impl People {
    pub fn new(sandbox: &Sandbox, count: usize) -> People {
        let customer = |number: usize| Customer {
            id: sandbox.new_customer(&format!("Клиент-{number:04}")),
            topic: None,
            said: 0,
            answers: Vec::new(),
            asked: Vec::new(),
        };
        let customers = (1..=count).map(customer).collect();
        People { customers, agent: sandbox.new_agent("Агент"), next_parcel: 0 }
    }

    /// Gives the bot parcels to tell of.
    pub async fn stock(&self, store: &Store) -> Result<(), otklik::store::Error> {
        let parcel = |number: u64| -> Listed {
            Parcel::new(TrackingNumber::new(&(FIRST + number).to_string()), Status::Known(StatusCode::InTransit)).into()
        };
        store.put_parcels((0..PARCELS).map(parcel).collect(), clock::now().timestamp_millis()).await
    }

    /// Half of the customers ask for a person and are taken by the agent.
    pub async fn greet(&mut self, sandbox: &Sandbox, store: &Store) -> Result<(), String> {
        let late = clock::steady() + PATIENCE;
        let with_agents = self.customers.len() / 2;
        for customer in &self.customers[..with_agents] {
            sandbox.customer_says(customer.id, "позовите человека");
        }
        loop {
            let topics = sandbox.topics();
            for (at, customer) in self.customers[..with_agents].iter_mut().enumerate() {
                let name = format!("Клиент-{:04}", at + 1);
                customer.topic = topics.iter().find(|topic| topic.name.contains(&name)).map(|topic| topic.id);
            }
            if self.customers[..with_agents].iter().all(|customer| customer.topic.is_some()) {
                break;
            }
            if clock::steady() > late {
                return Err("the desk does not get its topics".into());
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        for at in 0..with_agents {
            self.answer(sandbox, at);
        }
        // A topic that is made but not yet marked would be made again after a kill: which is the one is not seen here.
        while sandbox.unconfirmed() > 0 || !matches!(store.is_idle(clock::now().timestamp_millis()).await, Ok(true)) {
            if clock::steady() > late {
                return Err("the desk does not come to rest".into());
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        Ok(())
    }

    /// Somebody writes something.
    pub fn something(&mut self, sandbox: &Sandbox, chance: &mut Chance) {
        let at = usize::try_from(chance.below(self.customers.len() as u64)).unwrap_or(0);
        match self.customers[at].topic {
            Some(_) if chance.percent(40) => self.answer(sandbox, at),
            Some(_) => {
                let customer = &mut self.customers[at];
                customer.said += 1;
                let tag = Tag { customer: at + 1, nth: customer.said };
                sandbox.customer_says(customer.id, &word(tag));
            }
            None => {
                let number = FIRST + self.next_parcel % PARCELS;
                self.next_parcel += 1;
                let customer = &mut self.customers[at];
                customer.asked.push(number);
                sandbox.customer_says(customer.id, &format!("где посылка {number}?"));
            }
        }
    }

    fn answer(&mut self, sandbox: &Sandbox, at: usize) {
        let customer = &mut self.customers[at];
        let Some(topic) = customer.topic else { return };
        let tag = Tag { customer: at + 1, nth: customer.answers.len() + 1 };
        customer.answers.push(sandbox.agent_says(self.agent, topic, &answer(tag)));
    }
}
