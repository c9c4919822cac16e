//! Which wording comes next: a customer hears each text in all its wordings before one comes again, and another customer
//! begins with another.

use serde::{Deserialize, Serialize};

/// So many texts are counted; what was said longest ago is forgotten first.
const MOST: usize = 48;

/// How often each text was said in a conversation, the one said last at the end.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Wordings(Vec<(String, u32)>);

impl Wordings {
    /// Whether nothing was said yet.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The wording in which this customer hears `key` now; it is counted as said.
    pub(super) fn next(&mut self, customer: i64, key: &str) -> u64 {
        let times = match self.0.iter().position(|(known, _)| known == key) {
            Some(at) => {
                let (key, times) = self.0.remove(at);
                self.0.push((key, times.wrapping_add(1)));
                times
            }
            None => {
                if self.0.len() >= MOST {
                    self.0.remove(0);
                }
                self.0.push((key.to_owned(), 1));
                0
            }
        };
        first(customer, key).wrapping_add(u64::from(times))
    }
}

/// Where a customer begins among the wordings of a text (FNV-1a, the same in every version: a restart changes nothing).
fn first(customer: i64, key: &str) -> u64 {
    let bytes = customer.to_le_bytes().into_iter().chain(key.bytes());
    // Halved, so that counting on never runs over.
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)) >> 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_wording_comes_before_one_comes_again() {
        let mut said = Wordings::default();
        let three: Vec<u64> = (0..3).map(|_| said.next(7, "thanks.reply") % 3).collect();
        assert!([0, 1, 2].iter().all(|wording| three.contains(wording)), "{three:?}");
        assert_eq!(said.next(7, "thanks.reply") % 3, three[0]);
    }

    #[test]
    fn customers_begin_differently_and_few_texts_are_counted() {
        let firsts: std::collections::BTreeSet<u64> =
            (1..40).map(|customer| Wordings::default().next(customer, "human.handoff") % 4).collect();
        assert_eq!(firsts.len(), 4);
        let mut said = Wordings::default();
        for at in 0..200 {
            said.next(1, &format!("key.{at}"));
        }
        assert_eq!(said.0.len(), MOST);
    }
}
