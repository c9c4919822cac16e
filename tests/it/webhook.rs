//! Telegram brings updates to the door: nothing is confirmed that is not in the inbox, and nobody else brings any.

use crate::on_both;

on_both! { what_is_brought_is_taken_once a_door_that_is_closed_loses_nothing }

mod stories {
    use crate::support::{App, Db};
    use hmac::{Hmac, KeyInit, Mac};
    use serde_json::{Value, json};
    use std::net::{SocketAddr, TcpListener};

    fn free_address() -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        listener.local_addr().expect("an address")
    }

    async fn with_webhook(db: Db) -> (App, SocketAddr) {
        let mut app = App::start(db).await;
        app.stop().await;
        let address = free_address();
        app.webhook = Some(address);
        app.begin().await;
        (app, address)
    }

    /// What Telegram shows: made of the token, so that all replicas agree on it.
    fn secret(app: &App) -> String {
        let token = app.sandbox.token();
        let mut mac = Hmac::<sha2::Sha256>::new_from_slice(token.as_bytes()).expect("a key");
        mac.update(b"otklik webhook");
        hex::encode(mac.finalize().into_bytes())
    }

    async fn bring(address: SocketAddr, secret: &str, body: String) -> u16 {
        let client = reqwest::Client::new();
        let request = client.post(format!("http://{address}/telegram")).body(body);
        let answer = request.header("X-Telegram-Bot-Api-Secret-Token", secret).send().await;
        answer.expect("the door answers").status().as_u16()
    }

    fn update(customer: i64, id: i64, text: &str) -> Value {
        json!({"update_id": id, "message": {
            "message_id": id % 1000, "date": 1_795_000_000 + id % 1000, "text": text,
            "chat": {"id": customer, "type": "private", "first_name": "Анна"},
            "from": {"id": customer, "is_bot": false, "first_name": "Анна"},
        }})
    }

    pub async fn what_is_brought_is_taken_once(db: Db) {
        let (app, address) = with_webhook(db).await;
        let anna = app.customer("Анна").await;
        assert_eq!(app.heard(anna).len(), 1, "the sandbox brings updates to the webhook");
        let (good, before) = (secret(&app), app.heard(anna).len());
        let text = |id| update(anna, id, "где посылка RA123456785RU?").to_string();
        assert_eq!(bring(address, "0123", text(700_000_010)).await, 401, "nobody without the secret");
        assert_eq!(bring(address, &"00".repeat(32), text(700_000_010)).await, 401);
        assert_eq!(bring(address, &good, "не json".into()).await, 400);
        assert_eq!(bring(address, &good, "x".repeat(2_000_000)).await, 413);
        let deep = format!(r#"{{"update_id":700000001,"x":{}1{}}}"#, "[".repeat(300), "]".repeat(300));
        assert_eq!(bring(address, &good, deep).await, 200, "what can never be read is stepped over");
        app.settle().await;
        assert_eq!(app.heard(anna).len(), before, "none of these is a message");
        // The same thrice, and an earlier one late.
        for id in [700_000_010, 700_000_010, 700_000_010, 700_000_009] {
            assert_eq!(bring(address, &good, text(id)).await, 200);
        }
        app.settle().await;
        assert_eq!(app.heard(anna).len(), before + 2, "{:#?}", app.heard(anna));
        for path in ["healthz", "readyz"] {
            let answer = reqwest::get(format!("http://{address}/{path}")).await.expect("the door answers");
            assert_eq!(answer.status().as_u16(), 200, "{path}");
        }
    }

    pub async fn a_door_that_is_closed_loses_nothing(db: Db) {
        let (mut app, _) = with_webhook(db).await;
        let anna = app.customer("Анна").await;
        app.stop().await;
        app.sandbox.customer_says(anna, "где посылка RA123456785RU?");
        app.sandbox.customer_says(anna, "спасибо");
        assert_eq!(app.sandbox.unconfirmed(), 2, "Telegram keeps what nobody takes");
        app.begin().await;
        app.settle().await;
        let heard = app.heard(anna);
        assert_eq!(heard.len(), 3, "{heard:#?}");
        assert!(heard[1].contains("RA123456785RU"), "and in order: {heard:#?}");
    }
}
