//! Faults that a test can order: what goes wrong with which calls, and how often.

use crate::args::Args;
use crate::method::Method;
use crate::refusal::Refusal;

/// Something that goes wrong with the next calls of the bot. Faults wait for their calls in the order they were ordered;
/// a call meets the first that fits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// The call is answered «Too Many Requests» and not carried out.
    TooManyRequests {
        /// The method whose calls meet it.
        method: Method,
        /// The chat whose calls meet it; `None` stands for any.
        chat: Option<i64>,
        /// The seconds for which Telegram asks the bot to wait. Only said: a call before that is answered as usual.
        retry_after: i64,
        /// How many calls meet it; 0 counts as 1.
        times: u32,
    },
    /// The call is answered with a 500 and not carried out.
    ServerError {
        /// The method whose calls meet it.
        method: Method,
        /// How many calls meet it; 0 counts as 1.
        times: u32,
    },
    /// The call is answered with a refusal of the test's own and not carried out.
    Refuse {
        /// The method whose calls meet it.
        method: Method,
        /// The chat whose calls meet it; `None` stands for any.
        chat: Option<i64>,
        /// A part of the call's parameters, as compact JSON, without which a call does not meet it; `None` stands for any
        /// call.
        holding: Option<String>,
        /// The error's code: 400, 403.
        code: u16,
        /// What it says, with the words for the code before it («Bad Request: …»).
        description: String,
        /// How many calls meet it; 0 counts as 1.
        times: u32,
    },
    /// The connection breaks before the call is carried out.
    CutBefore {
        /// The method whose calls meet it.
        method: Method,
        /// How many calls meet it; 0 counts as 1.
        times: u32,
    },
    /// The call is carried out, but the connection breaks before its answer.
    CutAfter {
        /// The method whose calls meet it.
        method: Method,
        /// How many calls meet it; 0 counts as 1.
        times: u32,
    },
    /// The call is not carried out and never answered; its connection stays open until the caller gives up.
    Silence {
        /// The method whose calls meet it.
        method: Method,
        /// How many calls meet it; 0 counts as 1.
        times: u32,
    },
    /// The first group is upgraded at once: it has a new id, and the old one answers with it.
    MigrateDesk,
}

/// What a fault does to a call.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Struck {
    Refused(Refusal),
    CutBefore,
    CutAfter,
    Silence,
}

/// Faults that still wait for their calls.
#[derive(Debug, Default)]
pub(crate) struct Faults(Vec<Fault>);

impl Faults {
    /// Orders one more.
    pub fn order(&mut self, fault: Fault) {
        self.0.push(fault);
    }

    /// Takes back whatever still waits.
    pub fn clear(&mut self) {
        self.0.clear();
    }

    /// The first fault that meets this call; it has one call less to meet afterwards.
    pub fn strike(&mut self, called: Method, args: &Args) -> Option<Struck> {
        let to = args.int("chat_id");
        let mut found = None;
        for (place, fault) in self.0.iter_mut().enumerate() {
            let (struck, times) = match fault {
                Fault::TooManyRequests { method, chat, retry_after, times }
                    if *method == called && (chat.is_none() || *chat == to) =>
                {
                    (Struck::Refused(Refusal::too_many(*retry_after)), times)
                }
                Fault::ServerError { method, times } if *method == called => {
                    let refusal = Refusal::new(500, "Internal Server Error");
                    (Struck::Refused(refusal), times)
                }
                Fault::Refuse { method, chat, holding, code, description, times }
                    if *method == called
                        && (chat.is_none() || *chat == to)
                        && holding.as_ref().is_none_or(|part| args.shown().contains(part)) =>
                {
                    (Struck::Refused(Refusal::new(*code, description.clone())), times)
                }
                Fault::CutBefore { method, times } if *method == called => (Struck::CutBefore, times),
                Fault::CutAfter { method, times } if *method == called => (Struck::CutAfter, times),
                Fault::Silence { method, times } if *method == called => (Struck::Silence, times),
                Fault::TooManyRequests { .. }
                | Fault::ServerError { .. }
                | Fault::Refuse { .. }
                | Fault::CutBefore { .. }
                | Fault::CutAfter { .. }
                | Fault::Silence { .. }
                | Fault::MigrateDesk => continue,
            };
            *times = times.saturating_sub(1);
            found = Some((place, *times == 0, struck));
            break;
        }
        let (place, spent, struck) = found?;
        if spent {
            self.0.remove(place);
        }
        Some(struck)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_strikes_its_calls_and_no_others() {
        let mut faults = Faults::default();
        faults.order(Fault::TooManyRequests { method: Method::SendMessage, chat: Some(5), retry_after: 3, times: 2 });
        assert_eq!(faults.strike(Method::CopyMessage, &to(5, "")), None);
        assert_eq!(faults.strike(Method::SendMessage, &to(6, "")), None);
        for _ in 0..2 {
            let struck = faults.strike(Method::SendMessage, &to(5, ""));
            assert_eq!(struck, Some(Struck::Refused(Refusal::too_many(3))));
        }
        assert_eq!(faults.strike(Method::SendMessage, &to(5, "")), None);
    }

    #[test]
    fn a_refusal_meets_the_calls_that_hold_its_part() {
        let mut faults = Faults::default();
        faults.order(Fault::Refuse {
            method: Method::SendMessage,
            chat: None,
            holding: Some("фото".into()),
            code: 400,
            description: "Bad Request: ODD".into(),
            times: 1,
        });
        assert_eq!(faults.strike(Method::SendMessage, &to(5, "слова")), None);
        let struck = faults.strike(Method::SendMessage, &to(5, "моё фото"));
        assert_eq!(struck, Some(Struck::Refused(Refusal::bad("ODD"))));
        assert_eq!(faults.strike(Method::SendMessage, &to(5, "моё фото")), None);
    }

    fn to(chat: i64, text: &str) -> Args {
        Args::of(serde_json::json!({ "chat_id": chat, "text": text }))
    }
}
