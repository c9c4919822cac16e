//! What may not happen under load: words lost, doubled, out of order or shown to the wrong person, and a card
//! before the words of somebody who has waited longer.

use super::calls::{AtDesk, Purpose, Shape};
use super::play::Ledger;
use crate::tags::{Tag, answers_in, words_in};
use chrono::{DateTime, TimeDelta, Utc};
use sandbox::Seen;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// What is to be seen at the end.
#[derive(Default)]
pub(super) struct Scene {
    /// The private chats, by the customer's number.
    pub chats: BTreeMap<usize, Vec<Seen>>,
    /// The topics: id, whose it is by its name, what lies in it.
    pub topics: Vec<(i64, Option<usize>, Vec<Seen>)>,
    /// What lies outside all topics.
    pub general: Vec<Seen>,
}

/// What went wrong. Each example says where to look.
#[derive(Default, Serialize)]
pub(super) struct Findings {
    /// Messages that did not arrive.
    pub lost: usize,
    /// Messages that arrived more than once.
    pub doubled: usize,
    /// Messages that arrived before one that was said earlier.
    pub out_of_order: usize,
    /// Messages that arrived in somebody else's chat or topic, or that were not the holder's.
    pub wrong: usize,
    /// Cards that came before words of their own customer or of one who wrote earlier.
    pub cards_first: usize,
    /// Messages that were still on their way when the time was over.
    pub under_way: usize,
    /// The first few of all these, in words.
    pub examples: Vec<String>,
}

/// So many examples are told.
const EXAMPLES: usize = 20;

impl Findings {
    /// Whether nothing is wrong.
    pub fn good(&self) -> bool {
        self.lost + self.doubled + self.out_of_order + self.wrong + self.cards_first == 0
    }

    fn example(&mut self, what: impl FnOnce() -> String) {
        if self.examples.len() < EXAMPLES {
            self.examples.push(what());
        }
    }

    fn missing(&mut self, cut: bool, what: impl FnOnce() -> String) {
        if cut {
            self.under_way += 1;
        } else {
            self.lost += 1;
            self.example(what);
        }
    }
}

/// Looks for everything that may not happen. `at_desk`: what was sent there, and how a card begins. `refused`: the texts that tell an agent that nothing went out.
/// `in_flight`: how long a call takes on its way on the fast clock.
pub(super) fn check(
    scene: &Scene,
    ledger: &Ledger,
    (at_desk, card): (&[AtDesk], &Shape),
    refused: &[Shape],
    in_flight: TimeDelta,
) -> Findings {
    let mut findings = Findings::default();
    words(scene, ledger, card, &mut findings);
    answers(scene, ledger, refused, &mut findings);
    cards(scene, ledger, at_desk, in_flight, &mut findings);
    findings
}

/// Every message of a customer stands in the customer's topic, once, in order, and nowhere else. A card may quote it
/// besides, and in another's topic that is as wrong.
fn words(scene: &Scene, ledger: &Ledger, card: &Shape, findings: &mut Findings) {
    // A photo is told of in a story's line and comes as a copy: each may be there once.
    let mut told: HashMap<Tag, usize> = HashMap::new();
    let mut copied: HashMap<Tag, usize> = HashMap::new();
    let outside = scene.general.iter().map(|seen| (None, seen));
    let inside = scene.topics.iter().flat_map(|(_, whose, seen)| seen.iter().map(|seen| (*whose, seen)));
    for (whose, seen) in inside.chain(outside).filter(|(_, seen)| seen.from_bot) {
        for tag in words_in(&seen.text) {
            if !card.begins(&seen.text) {
                *if seen.media.is_some() { &mut copied } else { &mut told }.entry(tag).or_default() += 1;
            }
            if whose != Some(tag.customer) {
                findings.wrong += 1;
                findings.example(|| format!("message {tag} stands at the desk in the topic of {whose:?}"));
            }
        }
    }
    for said in &ledger.said {
        let count = |counts: &HashMap<Tag, usize>| counts.get(&said.tag).copied().unwrap_or_default();
        let (told, copied) = (count(&told), count(&copied));
        let own = if said.photo { copied } else { told };
        if own == 0 {
            findings.missing(ledger.cut, || format!("message {} never reached the desk", said.tag));
        }
        if own > 1 || (said.photo && told > 1) {
            findings.doubled += 1;
            findings.example(|| format!("message {} stands at the desk {} times", said.tag, told + copied));
        }
    }
    for (_, _, seen) in &scene.topics {
        let mut first = BTreeSet::new();
        let mut order: Vec<Tag> =
            seen.iter().filter(|s| s.from_bot && !card.begins(&s.text)).flat_map(|s| words_in(&s.text)).collect();
        order.retain(|tag| first.insert(*tag));
        unordered(&order, "at the desk", findings);
    }
}

/// The customer gets the answers of one agent, each once and in order; of every other answer its agent is told
/// that it did not go out.
fn answers(scene: &Scene, ledger: &Ledger, refused: &[Shape], findings: &mut Findings) {
    let by: HashMap<Tag, usize> = ledger.answered.iter().map(|answered| (answered.tag, answered.agent)).collect();
    for (customer, chat) in &scene.chats {
        let heard: Vec<Tag> = chat.iter().filter(|seen| seen.from_bot).flat_map(|s| answers_in(&s.text)).collect();
        for tag in heard.iter().filter(|tag| tag.customer != *customer) {
            findings.wrong += 1;
            findings.example(|| format!("answer {tag} went to customer {customer}"));
        }
        let mut once = BTreeSet::new();
        for tag in heard.iter().filter(|tag| !once.insert(**tag)) {
            findings.doubled += 1;
            findings.example(|| format!("answer {tag} went out more than once"));
        }
        unordered(&heard, "with the customer", findings);
        let holder = heard.first().and_then(|tag| by.get(tag).copied());
        for tag in heard.iter().filter(|tag| by.get(tag).copied() != holder) {
            findings.wrong += 1;
            findings.example(|| format!("answer {tag} went out, and its agent is not the holder"));
        }
        let given: Vec<_> = ledger.answered.iter().filter(|given| given.tag.customer == *customer).collect();
        let unheard: Vec<_> = given.iter().filter(|given| !once.contains(&given.tag)).collect();
        for given in unheard.iter().filter(|given| holder.is_none_or(|holder| given.agent == holder)) {
            findings.missing(ledger.cut, || format!("answer {} never reached the customer", given.tag));
        }
        let others = unheard.iter().filter(|given| holder.is_some_and(|holder| given.agent != holder)).count();
        let topic = scene.topics.iter().filter(|(_, whose, _)| *whose == Some(*customer)).flat_map(|(_, _, s)| s);
        let told = topic.filter(|s| s.from_bot && refused.iter().any(|shape| shape.begins(&s.text))).count();
        if told < others {
            findings.missing(ledger.cut, || {
                format!("{others} answers to customer {customer} did not go out, and the desk was told so {told} times")
            });
        }
    }
}

fn unordered(tags: &[Tag], place: &str, findings: &mut Findings) {
    for pair in tags.windows(2).filter(|pair| pair[0] > pair[1]) {
        findings.out_of_order += 1;
        findings.example(|| format!("{} stands before {} {place}", pair[0], pair[1]));
    }
}

/// When each message came to the desk first.
pub(super) fn arrivals(at_desk: &[AtDesk]) -> HashMap<Tag, DateTime<Utc>> {
    let mut arrivals = HashMap::new();
    for call in at_desk {
        for tag in &call.words {
            arrivals.entry(*tag).or_insert(call.at);
        }
    }
    arrivals
}

/// A card is there to sort words by: it may not take the room of words that have waited longer than its own
/// customer has, nor come before that customer's own.
fn cards(scene: &Scene, ledger: &Ledger, at_desk: &[AtDesk], in_flight: TimeDelta, findings: &mut Findings) {
    let whose: HashMap<i64, usize> = scene.topics.iter().filter_map(|(id, whose, _)| Some((*id, (*whose)?))).collect();
    let arrived = arrivals(at_desk);
    let first_said: HashMap<usize, DateTime<Utc>> =
        ledger.said.iter().filter(|said| said.tag.nth == 1).map(|said| (said.tag.customer, said.at)).collect();
    let came = |tag: &Tag| arrived.get(tag).copied().unwrap_or(DateTime::<Utc>::MAX_UTC);
    for card in at_desk.iter().filter(|call| call.purpose == Purpose::Card) {
        let Some((customer, began)) = card
            .thread
            .and_then(|thread| whose.get(&thread))
            .and_then(|customer| Some((*customer, *first_said.get(customer)?)))
        else {
            continue;
        };
        let own = came(&Tag { customer, nth: 1 }) > card.at;
        // Words on their way at that moment keep nobody waiting.
        let overtaken = |said: &&super::play::Said| said.at < began && came(&said.tag) - card.at > in_flight;
        let other = ledger.said.iter().find(overtaken);
        if own {
            findings.cards_first += 1;
            findings.example(|| format!("the card of customer {customer} came before their words"));
        } else if let Some(other) = other {
            findings.cards_first += 1;
            findings.example(|| {
                format!("the card of customer {customer} came before message {}, which had waited longer", other.tag)
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::play::{Answered, Said};
    use super::*;
    use crate::tags::{answer, word};

    fn seen(text: String) -> Seen {
        Seen {
            id: 1,
            thread: None,
            from_bot: true,
            from_name: String::new(),
            text,
            entities: Vec::new(),
            media: None,
            buttons: Vec::new(),
            edited: false,
            reply_to: None,
            album: None,
            forwarded_from: None,
            reactions: Vec::new(),
            pinned: false,
        }
    }

    fn tag(customer: usize, nth: usize) -> Tag {
        Tag { customer, nth }
    }

    /// Two customers, two messages each; the first one was answered by two agents, of whom agent 0 holds.
    fn good() -> (Scene, Ledger) {
        let tags = [tag(1, 1), tag(1, 2), tag(2, 1), tag(2, 2)];
        let said = tags.map(|tag| Said { tag, at: DateTime::UNIX_EPOCH, photo: false }).to_vec();
        let answered = vec![Answered { tag: tag(1, 1), agent: 0 }, Answered { tag: tag(1, 2), agent: 0 }];
        let topic = |customer: usize| {
            let words = |nth| seen(word(tag(customer, nth)));
            (customer as i64, Some(customer), vec![words(1), words(2)])
        };
        let heard = vec![seen(answer(tag(1, 1))), seen(answer(tag(1, 2)))];
        let scene = Scene {
            chats: [(1, heard), (2, Vec::new())].into(),
            topics: vec![topic(1), topic(2)],
            general: Vec::new(),
        };
        (scene, Ledger { said, answered, ..Ledger::default() })
    }

    fn found(scene: &Scene, ledger: &Ledger) -> (usize, usize, usize, usize) {
        let findings = check(scene, ledger, (&[], &card()), &[], TimeDelta::zero());
        (findings.lost, findings.doubled, findings.out_of_order, findings.wrong)
    }

    fn card() -> Shape {
        Shape::of(&otklik::phrases::load::shipped().0, "desk.card_title")
    }

    #[test]
    fn a_card_quotes_its_own_customer_only() {
        let quoting = |nth| seen(format!("Запрос №101\n\nДописал: «{}»", word(tag(1, nth))));
        let (mut scene, ledger) = good();
        scene.topics[0].2.insert(0, quoting(2));
        assert_eq!(found(&scene, &ledger), (0, 0, 0, 0), "neither doubled nor out of order");
        scene.topics[1].2.insert(0, quoting(2));
        assert_eq!(found(&scene, &ledger).3, 1, "shown to another");
        let (mut scene, ledger) = good();
        scene.topics[0].2 = vec![seen(word(tag(1, 1))), quoting(2)];
        assert_eq!(found(&scene, &ledger).0, 1, "a quotation is not the words");
    }

    #[test]
    fn nothing_is_found_where_all_is_well() {
        let (scene, ledger) = good();
        assert_eq!(found(&scene, &ledger), (0, 0, 0, 0));
    }

    #[test]
    fn each_mischief_is_found() {
        let (mut scene, ledger) = good();
        scene.topics[0].2.pop();
        assert_eq!(found(&scene, &ledger), (1, 0, 0, 0), "words that are lost");
        let (mut scene, ledger) = good();
        scene.topics[0].2.swap(0, 1);
        assert_eq!(found(&scene, &ledger), (0, 0, 1, 0), "words out of order");
        let (mut scene, ledger) = good();
        let strange = scene.topics[0].2.remove(1);
        scene.topics[1].2.insert(0, strange);
        assert_eq!(found(&scene, &ledger).3, 1, "words in another's topic");
        let (mut scene, ledger) = good();
        let again = scene.topics[0].2[1].clone();
        scene.topics[0].2.push(again);
        assert_eq!(found(&scene, &ledger), (0, 1, 0, 0), "words told twice");
        let (mut scene, ledger) = good();
        let heard = scene.chats.remove(&1).expect("the first customer's chat");
        scene.chats.insert(2, heard);
        scene.chats.insert(1, Vec::new());
        assert_eq!(found(&scene, &ledger), (2, 0, 0, 2), "answers to another");
        let (scene, mut ledger) = good();
        ledger.answered[1].agent = 1;
        assert_eq!(found(&scene, &ledger).3, 1, "answers of two agents");
        let (mut scene, mut ledger) = good();
        ledger.answered[1].agent = 1;
        scene.chats.insert(1, vec![seen(answer(tag(1, 1)))]);
        assert_eq!(found(&scene, &ledger).0, 1, "an agent who is not told that nothing went out");
    }

    #[test]
    fn a_card_may_not_come_before_words() {
        let (scene, mut ledger) = good();
        let at = |seconds| DateTime::UNIX_EPOCH + TimeDelta::seconds(seconds);
        for said in &mut ledger.said {
            said.at = at(said.tag.customer as i64);
        }
        let call = |seconds, purpose, thread, words| AtDesk { at: at(seconds), purpose, thread: Some(thread), words };
        let words = |seconds, customer: usize| {
            call(seconds, Purpose::Story, customer as i64, vec![tag(customer, 1), tag(customer, 2)])
        };
        let sent = |seconds, customer| call(seconds, Purpose::Card, customer, Vec::new());
        let first = |calls: &[AtDesk]| check(&scene, &ledger, (calls, &card()), &[], TimeDelta::seconds(1)).cards_first;
        assert_eq!(first(&[words(10, 1), words(20, 2), sent(30, 1), sent(40, 2)]), 0);
        assert_eq!(first(&[sent(10, 1), words(20, 1), words(20, 2)]), 1, "before their own");
        assert_eq!(first(&[words(10, 2), sent(20, 2), words(30, 1)]), 1, "before another's who wrote earlier");
        assert_eq!(first(&[words(10, 1), sent(20, 1), words(30, 2)]), 0, "the other wrote later");
    }
}
