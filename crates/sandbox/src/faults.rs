//! Faults that a test can order.

use crate::method::Method;
use crate::refusal::Refusal;

/// Something that goes wrong with the next calls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// The call is answered «Too Many Requests» and not carried out.
    TooManyRequests {
        /// Which calls.
        method: Method,
        /// To which chat; to any if none.
        chat: Option<i64>,
        /// The seconds to wait that Telegram asks for.
        retry_after: i64,
        /// How many calls.
        times: u32,
    },
    /// The call is answered with a 500 and not carried out.
    ServerError {
        /// Which calls.
        method: Method,
        /// How many calls.
        times: u32,
    },
    /// The connection breaks before the call is carried out.
    CutBefore {
        /// Which calls.
        method: Method,
        /// How many calls.
        times: u32,
    },
    /// The call is carried out, but the connection breaks before its answer.
    CutAfter {
        /// Which calls.
        method: Method,
        /// How many calls.
        times: u32,
    },
    /// The call is not carried out and never answered.
    Silence {
        /// Which calls.
        method: Method,
        /// How many calls.
        times: u32,
    },
    /// The desk is upgraded at once: it has a new id, and the old one answers with it.
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
    pub fn strike(&mut self, called: Method, to: Option<i64>) -> Option<Struck> {
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
                Fault::CutBefore { method, times } if *method == called => (Struck::CutBefore, times),
                Fault::CutAfter { method, times } if *method == called => (Struck::CutAfter, times),
                Fault::Silence { method, times } if *method == called => (Struck::Silence, times),
                Fault::TooManyRequests { .. }
                | Fault::ServerError { .. }
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
        assert_eq!(faults.strike(Method::CopyMessage, Some(5)), None);
        assert_eq!(faults.strike(Method::SendMessage, Some(6)), None);
        for _ in 0..2 {
            let struck = faults.strike(Method::SendMessage, Some(5));
            assert_eq!(struck, Some(Struck::Refused(Refusal::too_many(3))));
        }
        assert_eq!(faults.strike(Method::SendMessage, Some(5)), None);
    }
}
