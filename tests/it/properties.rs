//! What holds for any text and any order of events.

use crate::support::SHIPPED;
use chrono::{Duration, NaiveDate};
use otklik::conversation::{
    self, Context, Effect, Event, Holder, Kind, Message, MessageId, Person, Policy, Post, Press, State, TicketNo,
    Tracked, Undelivered,
};
use otklik::parcel::{Parcel, Status, StatusCode, TrackingNumber};
use otklik::phrases::render;
use otklik::privacy;
use proptest::prelude::*;

/// Texts as bad as they come, among some that mean something.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => prop::sample::select(vec![
            "где моя посылка", "RA123456785RU", "RA123456784RU", "1000000017", "отмените заказ", "верните деньги",
            "позовите человека", "да", "нет", "спасибо", "вы сволочи", "/start", "/x", "🙂", "", "паспорт 4510 123456",
            "где посылка и верните деньги", "hello", "сколько стоит доставка", "аааааааааа", "не помогло",
        ]).prop_map(str::to_owned),
        1 => any::<String>(),
        1 => "[а-яё ]{0,40}",
    ]
}

fn kind() -> impl Strategy<Value = Kind> {
    prop_oneof![
        6 => Just(Kind::Text),
        1 => prop::sample::select(vec![Kind::Photo, Kind::Voice, Kind::Sticker, Kind::Contact, Kind::Other]),
    ]
}

fn message() -> impl Strategy<Value = Message> {
    (text(), kind(), 1..50_i64, any::<bool>()).prop_map(|(text, kind, id, album)| {
        let masked = privacy::mask(&text);
        Message {
            id: MessageId(id),
            kind,
            text: (kind == Kind::Text || kind.has_caption()).then_some(masked.text),
            masked: masked.found,
            sealed: false,
            album: album.then(|| "album".into()),
        }
    })
}

fn press() -> impl Strategy<Value = Press> {
    let data = prop::sample::select(vec![
        "wish:cancel",
        "wish:where_is_parcel",
        "wish:nothing",
        "person",
        "helped:1:yes",
        "helped:1:no",
        "helped:2:yes",
        "take:1",
        "take:2",
        "resolve:1",
        "resolve:2",
        "resolve:3",
        "junk",
        "",
    ]);
    (data, 1..50_i64).prop_map(|(data, id)| Press { query: "q".into(), message: MessageId(id), data: data.into() })
}

fn person(id: i64, name: &str) -> Person {
    Person { id, name: name.into(), ..Person::default() }
}

fn event() -> impl Strategy<Value = Event> {
    let agent = || prop::sample::select(vec![person(11, "Мария"), person(12, "Олег")]);
    let customer = || Just(person(1, "Анна"));
    let parcel = |planned| Parcel {
        number: TrackingNumber::new("RA123456785RU"),
        status: Status::Known(StatusCode::InTransit),
        place: None,
        planned,
    };
    let answers = prop::sample::select(vec![
        Tracked::Unknown,
        Tracked::Down,
        Tracked::Found(parcel(None)),
        Tracked::Found(parcel(NaiveDate::from_ymd_opt(2026, 1, 1))),
    ]);
    let number = TrackingNumber::new("RA123456785RU");
    prop_oneof![
        8 => (customer(), message()).prop_map(|(customer, message)| Event::Wrote { customer, message }),
        1 => (customer(), message()).prop_map(|(customer, message)| Event::Edited { customer, message }),
        3 => (customer(), press()).prop_map(|(customer, press)| Event::Pressed { customer, press }),
        3 => (agent(), message()).prop_map(|(agent, message)| Event::AgentWrote { agent, message }),
        1 => (agent(), message()).prop_map(|(agent, message)| Event::AgentEdited { agent, message }),
        4 => (agent(), press()).prop_map(|(agent, press)| Event::AgentPressed { agent, press }),
        2 => answers.prop_map(move |answer| Event::Tracked { number: number.clone(), answer }),
        1 => Just(Event::TopicGone),
        1 => Just(Event::Left),
        1 => Just(Event::CameBack),
        1 => Just(Event::Undelivered { reason: Undelivered::Refused("Bad Request".into()) }),
        1 => Just(Event::RelayFailed { kind: Kind::Photo, words: None }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_order_of_events(events in prop::collection::vec(event(), 1..30)) {
        let (phrasebook, matcher) = &*SHIPPED;
        let policy = Policy::default();
        let mut state = State::default();
        let mut tickets = 1;
        let mut now = "2026-11-23T09:00:00Z".parse::<chrono::DateTime<chrono::Utc>>().expect("a moment");
        for event in events {
            let context = Context { now, next_ticket: TicketNo(tickets), matcher, phrasebook, policy: &policy };
            let before = state.clone();
            let (after, effects) = conversation::step(&context, state, event.clone());
            let again = conversation::step(&context, before.clone(), event.clone());
            prop_assert_eq!((&after, &effects), (&again.0, &again.1), "a step is deterministic");

            // Invariant 3: while a person holds the conversation, the bot says nothing of its own.
            let held = matches!(before.holder, Holder::Agent { .. }) && matches!(after.holder, Holder::Agent { .. });
            let says = effects.iter().any(|effect| matches!(effect, Effect::Say(_)));
            prop_assert!(!(held && says), "the bot talks over an agent on {event:?}");

            // Invariant 4: a held ticket changes hands only when somebody says so.
            if let (Holder::Agent { agent: old, .. }, Holder::Agent { agent: new, .. }) = (&before.holder, &after.holder) {
                let said_so = matches!(&event, Event::AgentPressed { press, .. } if press.data.starts_with("takeover:"));
                prop_assert!(old.id == new.id || said_so);
            }
            // What an agent without the ticket writes does not reach the customer.
            let copied = effects.iter().any(|effect| matches!(effect, Effect::CopyToCustomer { .. }));
            if let (Holder::Agent { agent: holder, .. }, Event::AgentWrote { agent, .. }) = (&before.holder, &event) {
                prop_assert!(!copied || holder.id == agent.id);
            }
            // A customer's message is answered, relayed, or belongs to an album that was answered.
            if let Event::Wrote { message, .. } = &event {
                let relayed = effects.iter().any(|e| matches!(e, Effect::Desk(Post::Words(_) | Post::Copy { .. })));
                let looks = effects.iter().any(|e| matches!(e, Effect::Track(_)));
                let album = message.album.is_some() && message.album == before.last_album;
                prop_assert!(says || relayed || looks || album, "{message:?} was left alone in {before:?}");
            }
            // Everything said can be said: no key is missing, nothing is empty, nothing is left unfilled.
            for effect in &effects {
                if let Effect::Say(say) = effect {
                    for part in &say.parts {
                        let words = render(phrasebook, part, say.seed);
                        prop_assert!(!words.trim().is_empty() && words != part.key, "{part:?}");
                    }
                }
            }
            if after.holder.ticket().is_some_and(|ticket| ticket.no == TicketNo(tickets)) {
                tickets += 1;
            }
            let stored = serde_json::to_string(&after).expect("a state is plain data");
            let read: State = serde_json::from_str(&stored).expect("and reads back");
            prop_assert_eq!(&read, &after);
            state = after;
            now += Duration::seconds(7);
        }
    }

    #[test]
    fn a_mask_hides_and_keeps_the_length(text in any::<String>()) {
        let masked = privacy::mask(&text);
        prop_assert_eq!(masked.text.encode_utf16().count(), text.encode_utf16().count());
        prop_assert_eq!(privacy::mask(&masked.text).text, masked.text.clone(), "once is enough");
    }

    #[test]
    fn a_passport_is_hidden_wherever_it_stands(before in "[а-я ]{0,20}", after in "[а-я .,]{0,20}") {
        // These words say that it is a tracking or order number.
        let named = ["заказ", "трек", "накладн", "посылк", "отправлени", "шпи"];
        prop_assume!(!named.iter().any(|word| before.contains(word)));
        let text = format!("{before} 4510 123456 {after}");
        prop_assert!(!privacy::mask(&text).text.contains("123456"));
    }
}
