//! What is not the customer's own proves and decides nothing: words that were passed on, a «да» to something older,
//! another's phone.

use crate::on_both;
use crate::support::{App, Db, any};
use otklik::clock;
use otklik::parcel::{Country, Listed, Offer, OfferState, Parcel, Phone, Status, StatusCode, TrackingNumber};
use serde_json::{Value, json};

/// A message comes from a customer as Telegram would bring it, with these fields.
async fn comes(app: &App, customer: i64, message_id: i64, fields: Value) {
    let mut message = json!({
        "message_id": message_id, "date": clock::now().timestamp(),
        "chat": {"id": customer, "type": "private", "first_name": "Кто-то"},
        "from": {"id": customer, "is_bot": false, "first_name": "Кто-то", "language_code": "ru"},
    });
    let fields = fields.as_object().expect("fields").clone();
    message.as_object_mut().expect("an object").extend(fields);
    app.sandbox.raw_update(json!({"message": message}));
    app.settle().await;
}

/// A customer shares the phone of their account, written as Telegram tells it.
async fn shares(app: &App, customer: i64, phone: &str) {
    let contact = json!({"phone_number": phone, "first_name": "Кто-то", "user_id": customer});
    comes(app, customer, 8_000, json!({"contact": contact})).await;
}

/// Anna is asked whether to cancel; gives her id and the number of her request.
async fn asked_to_cancel(app: &App) -> (i64, i64) {
    let anna = app.first_customer().await;
    let request = app.says(anna, "отмените заказ 1000000090").await;
    app.shares_phone(anna).await;
    assert!(app.last(anna).buttons.concat().iter().any(|button| button.text == "Да, отменить заказ"));
    (anna, request)
}

on_both! {
    a_forwarded_yes_cancels_nothing
    a_yes_to_something_older_cancels_nothing
    a_yes_to_what_stands_elsewhere_cancels_nothing
    a_phone_opens_the_parcels_of_its_own_country
    the_owner_is_told_of_phones_that_can_be_two
}

mod stories {
    use super::*;

    pub async fn a_forwarded_yes_cancels_nothing(db: Db) {
        let app = App::start(db).await;
        let (anna, _) = asked_to_cancel(&app).await;
        let boris = json!({"id": 7, "is_bot": false, "first_name": "Борис"});
        let passed_on = [
            json!({"text": "Да", "forward_origin": {"type": "user", "sender_user": boris, "date": 1}}),
            json!({"text": "Да", "forward_origin": {"type": "hidden_user", "sender_user_name": "Борис", "date": 1}}),
            // As servers of an earlier Bot API tell it.
            json!({"text": "Да", "forward_from": boris, "forward_date": 1}),
            json!({"text": "Да", "forward_sender_name": "Борис", "forward_date": 1}),
            json!({"photo": [], "caption": "да, отменяйте", "media_group_id": "5",
                "forward_origin": {"type": "channel", "chat": {"id": -1, "type": "channel"}, "message_id": 1, "date": 1}}),
        ];
        for (number, fields) in passed_on.into_iter().enumerate() {
            let before = app.heard(anna).len();
            comes(&app, anna, 9_000 + number as i64, fields.clone()).await;
            assert_eq!(app.changes().await, Vec::<String>::new(), "{fields}");
            let told = app.heard(anna).split_off(before);
            assert!(any(&told, "пересла") && any(&told, "«да»"), "{fields}: {told:#?}");
        }
        app.says(anna, "да").await;
        assert_eq!(app.changes().await, ["cancel"], "her own yes");
    }

    pub async fn a_yes_to_something_older_cancels_nothing(db: Db) {
        let app = App::start(db).await;
        let (anna, request) = asked_to_cancel(&app).await;
        app.sandbox.customer_replies(anna, request, "да");
        app.settle().await;
        assert_eq!(app.changes().await, Vec::<String>::new(), "a reply to her own request");
        app.sandbox.customer_edits(anna, request, "да");
        app.settle().await;
        assert_eq!(app.changes().await, Vec::<String>::new(), "her request, changed to a yes");
        // A server that does not tell the buttons of an answered message: its words tell which it was.
        let question = app.last(anna);
        assert!(question.buttons.concat().iter().any(|button| button.text == "Да, отменить заказ"));
        let bot = json!({"id": 1, "is_bot": true, "first_name": "Отклик"});
        let answered = json!({"message_id": question.id, "from": bot, "text": question.text});
        comes(&app, anna, question.id + 1_000, json!({"text": "да", "reply_to_message": answered})).await;
        assert_eq!(app.changes().await, ["cancel"], "a reply to the question itself");
    }

    pub async fn a_yes_to_what_stands_elsewhere_cancels_nothing(db: Db) {
        let boris = json!({"type": "hidden_user", "sender_user_name": "Борис", "date": 1});
        for elsewhere in [json!({"external_reply": {"origin": boris}}), json!({"reply_to_story": {"id": 1}})] {
            let app = App::start(db).await;
            let (anna, _) = asked_to_cancel(&app).await;
            let mut fields = elsewhere.clone();
            fields["text"] = json!("да");
            comes(&app, anna, 9_000, fields).await;
            assert_eq!(app.changes().await, Vec::<String>::new(), "{elsewhere}");
            app.says(anna, "да").await;
            assert_eq!(app.changes().await, ["cancel"], "her yes to the question");
        }
    }

    pub async fn a_phone_opens_the_parcels_of_its_own_country(db: Db) {
        let app = App::start(db).await;
        let today = clock::now().date_naive();
        let lists = [
            ("3000000001", "+84912345678"),
            ("3000000002", "+7 491 234-56-78"),
            ("3000000003", "+852 9123 4567"),
            ("3000000004", "+47 912 34 567"),
            ("3000000005", "8 701 234-56-78"),
            ("3000000006", "8 (900) 000-00-77"),
        ];
        let parcels = lists.map(|(number, phone)| {
            let phone = Phone::listed(phone, Country::RUSSIA);
            assert!(phone.is_some(), "{number}");
            let offer = Offer { arrived: Some(today), ..Offer::new(OfferState::Sent) };
            let known = Status::Known(StatusCode::PreorderReceived);
            let parcel = Parcel { offer: Some(offer), ..Parcel::new(TrackingNumber::new(number), known) };
            Listed { parcel, phone, link: Some(format!("https://oferta.example.org/{number}")) }
        });
        let store = app.store().await;
        store.put_parcels(parcels.into(), clock::now().timestamp_millis()).await.expect("parcels are stored");
        for (number, _) in lists {
            // What is read and written again keeps its phone.
            app.carrier_moves(number, StatusCode::OfferSent).await;
        }
        for (number, phone, own) in [
            ("3000000001", "+84912345678", true),
            ("3000000001", "84912345678", true),
            ("3000000001", "+74912345678", false),
            ("3000000002", "84912345678", false),
            ("3000000002", "74912345678", true),
            ("3000000003", "+85291234567", true),
            ("3000000003", "+75291234567", false),
            ("3000000004", "4791234567", true),
            ("3000000004", "+74791234567", false),
            ("3000000005", "+77012345678", true),
            ("3000000006", "79000000077", true),
        ] {
            let somebody = app.customer("Кто-то").await;
            app.says(somebody, &format!("пришлите ссылку на оферту {number}")).await;
            shares(&app, somebody, phone).await;
            let heard = app.heard(somebody);
            let link = format!("https://oferta.example.org/{number}");
            assert_eq!(any(&heard, &link), own, "{phone} and {number}: {heard:#?}");
        }
    }

    pub async fn the_owner_is_told_of_phones_that_can_be_two(db: Db) {
        let mut app = App::start(db).await;
        app.stop().await;
        let desk = app.sandbox.desk().to_string();
        let checked = app.check(&desk);
        assert!(checked.contains("✓ phones of parcels\n"), "{checked}");
        // As an earlier version stored +84 912 345-678, and +7 491 234-56-78 as well.
        app.execute("INSERT INTO parcels (number, status, phone) VALUES ('9000000003', 'in_transit', '74912345678')")
            .await;
        let checked = app.check(&desk);
        assert!(checked.contains("✗ phones of parcels: 1\n  1 parcels have a phone"), "{checked}");
        assert!(checked.contains("otklik parcels import"), "and what helps: {checked}");
    }
}
