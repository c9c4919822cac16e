//! What goes wrong.

use crate::chance::Chance;
use crate::replicas::Replicas;
use otklik::clock;
use otklik::store::Exercise;
use sandbox::{Fault, Method, Sandbox};
use serde_json::json;
use std::collections::BTreeMap;
use std::io;
use std::time::{Duration, Instant};
use tokio::task::JoinHandle;

/// Calls that bring something to somebody.
const SENDING: [Method; 3] = [Method::SendMessage, Method::CopyMessage, Method::EditMessageText];
/// How long Telegram is not there at all, and how long the database.
const AWAY: (Duration, Duration) = (Duration::from_millis(300), Duration::from_secs(3));
/// How many calls a fault that stands for Telegram being away meets at most.
const ALL: u32 = 1_000_000;

/// What Telegram refuses to the desk: for a message's own sake, for a reason that nobody knows, for a missing right, for
/// a topic that was closed.
const AT_THE_DESK: [&str; 6] = [
    "Bad Request: CHAT_FORWARDS_RESTRICTED",
    "Bad Request: MESSAGE_TOO_LONG",
    "Bad Request: SOMETHING_NEW",
    "Forbidden: something new",
    "Bad Request: not enough rights to send text messages to the chat",
    "Bad Request: TOPIC_CLOSED",
];
/// What Telegram refuses of an agent's answers.
const OF_AN_ANSWER: [&str; 2] = ["Bad Request: VOICE_MESSAGES_FORBIDDEN", "Bad Request: SOMETHING_NEW"];

/// Whether it was one of these troubles that something was refused for.
pub(super) fn is_refusal(why: &str) -> bool {
    AT_THE_DESK.iter().chain(&OF_AN_ANSWER).any(|known| *known == why)
}

/// What has gone wrong so far.
pub(super) struct Troubles {
    database: String,
    counts: BTreeMap<&'static str, u32>,
    /// Until when Telegram is away.
    away: Option<Instant>,
    database_away: Option<JoinHandle<()>>,
}

impl Troubles {
    pub fn new(database: &str) -> Troubles {
        Troubles { database: database.to_owned(), counts: BTreeMap::new(), away: None, database_away: None }
    }

    /// One more thing goes wrong.
    pub fn something(&mut self, sandbox: &Sandbox, replicas: &mut Replicas, chance: &mut Chance) -> io::Result<()> {
        if self.away.is_some_and(|until| clock::steady() >= until) {
            sandbox.clear_faults();
            self.away = None;
        }
        let method = chance.one_of(&SENDING);
        let times = u32::try_from(1 + chance.below(3)).unwrap_or(1);
        let what = match chance.below(100) {
            0..45 => {
                replicas.kill_one(chance)?;
                "kill or come back"
            }
            45..55 => {
                sandbox.fault(Fault::TooManyRequests { method, chat: None, retry_after: 1, times });
                "429"
            }
            55..63 => {
                sandbox.fault(Fault::ServerError { method, times });
                "500"
            }
            63..70 => {
                sandbox.fault(Fault::CutBefore { method, times });
                "cut before"
            }
            70..77 => {
                sandbox.fault(Fault::CutAfter { method, times: 1 });
                "cut after"
            }
            77..84 => {
                let method = Method::GetUpdates;
                sandbox.fault(if chance.percent(50) {
                    Fault::CutAfter { method, times }
                } else {
                    Fault::ServerError { method, times }
                });
                "updates cut or failed"
            }
            84..87 => {
                for update in strange() {
                    sandbox.raw_update(update);
                }
                "strange updates"
            }
            87..90 | 98..100 => {
                let desk = Some(sandbox.desk());
                // What customers say here is text, so a copy is an agent's answer.
                let (method, chat, why) = match chance.below(4) {
                    0 => (Method::CopyMessage, None, chance.one_of(&OF_AN_ANSWER)),
                    1 => (Method::EditMessageText, desk, chance.one_of(&AT_THE_DESK)),
                    _ => (Method::SendMessage, desk, chance.one_of(&AT_THE_DESK)),
                };
                let (code, description) = (if why.starts_with("Forbidden") { 403 } else { 400 }, why.to_owned());
                sandbox.fault(Fault::Refuse { method, chat, holding: None, code, description, times });
                "refused"
            }
            90..94 if self.away.is_none() => {
                for method in [Method::SendMessage, Method::CopyMessage, Method::GetUpdates, Method::EditMessageText] {
                    sandbox.fault(Fault::CutBefore { method, times: ALL });
                }
                self.away = Some(clock::steady() + chance.between(AWAY.0, AWAY.1));
                "Telegram away"
            }
            94..98 if self.database_away.as_ref().is_none_or(JoinHandle::is_finished) => {
                let (database, time) = (self.database.clone(), chance.between(AWAY.0, AWAY.1));
                self.database_away = Some(tokio::spawn(async move {
                    // One that cannot be made is no trouble.
                    let _ = Exercise::take_away(&database, time).await;
                }));
                "database away"
            }
            _ => return Ok(()),
        };
        *self.counts.entry(what).or_default() += 1;
        Ok(())
    }

    /// Nothing goes wrong any more.
    pub async fn end(&mut self, sandbox: &Sandbox) {
        sandbox.clear_faults();
        if let Some(away) = self.database_away.take() {
            let _ = away.await;
        }
    }

    /// How often what went wrong.
    pub fn told(&self) -> String {
        self.counts.iter().map(|(what, count)| format!("{what} {count}")).collect::<Vec<_>>().join(", ")
    }
}

/// Updates that no version of ours knows, or that are not even updates.
fn strange() -> Vec<serde_json::Value> {
    vec![
        json!({"telepathy": {"from": 1}}),
        json!({"message": "not an object"}),
        json!({"message": {"message_id": 1}}),
        json!({"edited_message": null}),
        json!({"callback_query": {"id": "1"}}),
    ]
}
