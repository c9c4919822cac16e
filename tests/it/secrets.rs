//! What is personal is hidden before it is stored, whatever way it comes; and the files with it are nobody else's.

use crate::on_both;

on_both! {
    a_number_in_two_messages_is_hidden a_parcels_number_passes_whatever_it_looks_like a_note_with_a_slip_is_asked_about
    a_hidden_number_is_warned_about_with_an_agent
}

mod stories {
    use crate::support::{App, Db, any};
    use otklik::clock;
    use otklik::parcel::{Listed, Parcel, Status, StatusCode, TrackingNumber};

    pub async fn a_number_in_two_messages_is_hidden(db: Db) {
        let app = App::start(db).await;
        let anna = app.customer("Анна").await;
        app.says(anna, "позовите человека").await;
        let topic = app.topic();
        // In one breath, and after a while.
        app.sandbox.customer_says(anna, "вот мой паспорт");
        app.sandbox.customer_says(anna, "4523150957");
        app.settle().await;
        app.says(anna, "код из смс:").await;
        app.says(anna, "4821").await;
        let desk = app.in_topic(topic);
        assert!(any(&desk, "вот мой паспорт") && any(&desk, "••••••••••"), "{desk:#?}");
        assert!(!any(&desk, "4523150957") && !any(&desk, "4821"), "{desk:#?}");
    }

    pub async fn a_parcels_number_passes_whatever_it_looks_like(db: Db) {
        let app = App::start(db).await;
        let now = clock::now().timestamp_millis();
        let parcel = Parcel::new(TrackingNumber::new("4523150957"), Status::Known(StatusCode::Delivered));
        app.store().await.put_parcels(vec![Listed::from(parcel)], now).await.expect("a parcel");
        let anna = app.customer("Анна").await;
        app.says(anna, "позовите человека").await;
        app.says(anna, "это не паспорт: 4523 150957").await;
        app.says(anna, "а это паспорт: 4523 150958").await;
        let desk = app.in_topic(app.topic());
        assert!(any(&desk, "4523 150957"), "it is ours: {desk:#?}");
        assert!(!any(&desk, "150958"), "{desk:#?}");
    }

    pub async fn a_note_with_a_slip_is_asked_about(db: Db) {
        let app = App::start(db).await;
        let anna = app.customer("Анна").await;
        app.says(anna, "позовите человека").await;
        let topic = app.topic();
        let maria = app.sandbox.new_agent("Мария");
        app.press(maria, app.sandbox.desk(), "Взять").await;
        let before = app.heard(anna).len();
        for note in [
            ".. клиент скандалит",
            "\\\\ клиент скандалит",
            "\u{200b}// клиент скандалит",
            "Здравствуйте\n// скандалит",
        ] {
            app.sandbox.agent_says(maria, topic, note);
            app.settle().await;
            assert_eq!(app.heard(anna).len(), before, "held back: {note}");
        }
        app.press(maria, app.sandbox.desk(), "Заметка").await;
        assert_eq!(app.heard(anna).len(), before, "a note stays inside");
        app.sandbox.agent_says(maria, topic, ".. и всё же ответ");
        app.settle().await;
        app.press(maria, app.sandbox.desk(), "Ответ клиенту").await;
        assert_eq!(app.last(anna).text, ".. и всё же ответ");
    }

    pub async fn a_hidden_number_is_warned_about_with_an_agent(db: Db) {
        let app = App::start(db).await;
        let anna = app.customer("Анна").await;
        app.says(anna, "позовите человека").await;
        let warned = |text: &str| text.contains("посылк") && text.contains("скрыт");
        app.says(anna, "паспорт 4510 123456").await;
        assert!(app.heard(anna).iter().any(|text| warned(text)), "in the queue: {:#?}", app.heard(anna));
        let maria = app.sandbox.new_agent("Мария");
        app.press(maria, app.sandbox.desk(), "Взять").await;
        let before = app.heard(anna).len();
        app.says(anna, "паспорт 4510 123456").await;
        assert!(app.heard(anna)[before..].iter().any(|text| warned(text)), "with an agent: {:#?}", app.heard(anna));
    }
}

/// Whatever the umask, what is made is its owner's alone.
#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn files_are_their_owners_alone() {
    use std::os::unix::fs::PermissionsExt;
    let app = crate::support::App::start(crate::support::Db::Sqlite).await;
    let anna = app.customer("Анна").await;
    app.says(anna, "где моя посылка?").await;
    let file = app.database().trim_start_matches("sqlite://").to_owned();
    let mode = |path: &str| std::fs::metadata(path).map(|meta| meta.permissions().mode() & 0o777);
    assert_eq!(mode(&file).expect("the database"), 0o600);
    for end in ["-wal", "-shm", ".lock"] {
        if let Ok(mode) = mode(&format!("{file}{end}")) {
            assert_eq!(mode, 0o600, "{end}");
        }
    }
}
