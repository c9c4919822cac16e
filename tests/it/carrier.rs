//! A carrier's system that is slow, down, wrong, or delivers twice; and its pushes. What a customer hears is honest, and
//! nothing is changed twice.

use crate::support::{App, Carried, Db, any, hasty, push_secret};
use otklik::carrier::stand_in::{Fault, WrongAnswer};
use otklik::carrier::{Address, BreakerLimits, Carrier, Http, NotMade, Pace, samples};
use otklik::clock;
use otklik::conversation::Timer;
use otklik::parcel::{Change, ChangeRefused, Instruction, Phone, Recipient, TrackingNumber};
use otklik::push::{SIGNATURE, TIMESTAMP};
use std::time::Duration;

async fn app() -> App {
    App::carried(Db::Sqlite, Carried::ByHttp).await
}

fn own() -> Phone {
    Phone::e164(samples::FIRST_PHONE).expect("a phone")
}

fn instruction(key: &str, number: &str, change: Change) -> Instruction {
    Instruction { key: key.into(), number: TrackingNumber::new(number), phone: own(), change }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_contract_is_kept_by_both_sides() {
    let app = app().await;
    let carrier = hasty(app.carrier());
    let number = TrackingNumber::new("1000000090");
    let other = Phone::e164("+79000000099").expect("a phone");
    for (phone, recipient) in
        [(None, Recipient::NotAsked), (Some(&own()), Recipient::Proven), (Some(&other), Recipient::Other)]
    {
        let found = carrier.track(&number, phone).await.expect("an answer").expect("a parcel");
        assert_eq!((found.parcel.number.as_str(), found.recipient), ("1000000090", recipient));
        assert_eq!(found.parcel.order.and_then(|order| order.sum), Some(450_000));
    }
    let label = carrier.track(&TrackingNumber::new("1000000066"), None).await.expect("an answer").expect("a parcel");
    assert!(matches!(label.parcel.status, otklik::parcel::Status::Unknown(_)), "shown as it came");
    assert_eq!(carrier.track(&TrackingNumber::new("404"), None).await.expect("an answer"), None);
    for (key, number, change, link) in [
        ("1", "1000000033", Change::ResendLink, true),
        ("2", "1000000074", Change::UnblockOffer, true),
        ("3", "1000000082", Change::AnnulOffer, true),
        ("4", "1000000090", Change::Cancel, false),
        ("5", "RA123456785RU", Change::Refuse, false),
        ("6", "1000000058", Change::Refund(otklik::parcel::RefundReason::ChangedMind), false),
    ] {
        let instruction = instruction(key, number, change);
        let done = carrier.instruct(&instruction).await.expect("it can be done");
        assert_eq!(done.link.is_some(), link, "{change:?}");
        let again = carrier.instruct(&instruction).await.expect("it was done");
        assert_eq!(again, done, "the same key, the same answer");
    }
    assert_eq!(app.carrier().made().len(), 6);
    let again = carrier.instruct(&instruction("7", "1000000090", Change::Cancel)).await;
    assert!(matches!(again, Err(NotMade::Refused(ChangeRefused::WrongState))), "{again:?}");
    let foreign = Instruction { phone: other, ..instruction("8", "1000000033", Change::ResendLink) };
    let foreign = carrier.instruct(&foreign).await;
    assert!(matches!(foreign, Err(NotMade::Refused(ChangeRefused::NotRecipient))), "{foreign:?}");
    let unknown = carrier.instruct(&instruction("9", "404", Change::Cancel)).await;
    assert!(matches!(unknown, Err(NotMade::Refused(ChangeRefused::NotFound))), "{unknown:?}");
}

/// A customer cancels while the carrier misbehaves in this way: told once, made once.
async fn cancels_through(fault: Fault) {
    let app = app().await;
    let anna = app.first_customer().await;
    app.says(anna, "отмените заказ 1000000090").await;
    app.shares_phone(anna).await;
    app.carrier().fault(fault);
    app.says(anna, "да").await;
    let heard = app.heard(anna);
    let told = heard.iter().filter(|text| text.contains("5001")).count();
    assert_eq!(told, 1, "{fault:?}: {heard:#?}");
    assert_eq!(app.changes().await, ["cancel"], "{fault:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn slow_wrong_cut_or_twice_a_change_is_made_once() {
    for fault in [
        Fault::Slow { times: 1 },
        Fault::Down { times: 2 },
        Fault::CutAfter { times: 2 },
        Fault::Twice { times: 1 },
        Fault::Wrong { answer: WrongAnswer::Html, times: 1 },
        Fault::Wrong { answer: WrongAnswer::OtherNumber, times: 1 },
        Fault::Wrong { answer: WrongAnswer::Empty, times: 2 },
    ] {
        cancels_through(fault).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_asks_while_it_is_down_hears_a_promise_and_it_is_kept() {
    let mut app = app().await;
    let anna = app.first_customer().await;
    app.carrier().fault(Fault::Down { times: 1000 });
    app.says(anna, "где посылка 1000000017").await;
    let told = app.last(anna).text;
    assert!(told.contains(" до ") && !told.contains("1000000017"), "no status is made up: {told}");
    // The promise outlives the bot.
    app.stop().await;
    app.carrier().clear_faults();
    app.timer_is_due(anna, Timer::Carrier).await;
    app.begin().await;
    app.settle().await;
    assert!(app.last(anna).text.contains("1000000017"), "told by itself: {:#?}", app.heard(anna));
    assert_eq!(app.promises().await, [("check".to_owned(), "kept".to_owned(), 1)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_without_an_answer_is_asked_again_with_its_key() {
    let app = app().await;
    let anna = app.first_customer().await;
    app.says(anna, "отмените заказ 1000000090").await;
    app.shares_phone(anna).await;
    // Done each time as far as the carrier is concerned, never answered: nobody knows.
    app.carrier().fault(Fault::CutAfter { times: 3 });
    app.says(anna, "да").await;
    let told = app.last(anna).text;
    assert!(!told.contains("5001"), "«done» is not said before: {told}");
    app.timer_is_due(anna, Timer::Carrier).await;
    app.until_carrier("it is asked again", |carrier| carrier.calls().len() >= 6).await;
    app.settle().await;
    assert!(any(&app.heard(anna), "5001"), "{:#?}", app.heard(anna));
    assert_eq!(app.changes().await, ["cancel"], "and it was made once");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_carrier_that_stays_down_is_left_alone() {
    let app = app().await;
    let address = Address::new(&app.carrier().url(), Some(&app.carrier().token().into())).expect("an address");
    let pace = Pace {
        each: Duration::from_millis(500),
        pauses: Vec::new(),
        breaker: BreakerLimits { failures: 3, first: Duration::from_secs(600), longest: Duration::from_secs(600) },
    };
    let carrier = Http::new(address, pace).expect("a client");
    app.carrier().fault(Fault::Down { times: 1000 });
    for _ in 0..10 {
        carrier.track(&TrackingNumber::new("1000000017"), None).await.expect_err("it is down");
    }
    assert_eq!(app.carrier().calls().len(), 3, "after three failures nobody knocks");
}

#[tokio::test(flavor = "multi_thread")]
async fn pushes_are_signed_of_now_and_taken_once() {
    let app = app().await;
    let anna = app.first_customer().await;
    app.says(anna, "где 1000000025").await;
    app.press(anna, anna, "Следить за посылкой").await;
    let before = app.heard(anna).len();
    let body = r#"{"number":"1000000025","status":"Отправление будет доставлено сегодня"}"#;
    let now = clock::now().timestamp().to_string();
    let long_ago = (clock::now().timestamp() - 3600).to_string();
    let sign = |at: &str, body: &str| push_secret().sign(at, body.as_bytes());
    let broken = r#"{"number":"1000000025"}"#;
    for (at, signature, body, expected) in [
        (&now, "sha256=00".to_owned(), body, 401),
        (&now, sign(&now, "another body"), body, 401),
        (&long_ago, sign(&long_ago, body), body, 401),
        (&now, sign(&now, broken), broken, 400),
        (&now, sign(&now, body), body, 200),
        (&now, sign(&now, body), body, 409),
    ] {
        let request = reqwest::Client::new().post(app.push_url()).header(TIMESTAMP, at).header(SIGNATURE, signature);
        let answer = request.body(body.to_owned()).send().await.expect("an answer");
        assert_eq!(answer.status().as_u16(), expected, "{body}");
    }
    app.settle().await;
    assert_eq!(app.heard(anna).len(), before + 1, "who follows hears of it, once");
    assert!(app.last(anna).text.contains("1000000025"));
}
