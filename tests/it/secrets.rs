//! What is personal is hidden before it is stored, whatever way it comes; and the files with it are nobody else's.

use crate::on_both;

on_both! {
    a_number_in_two_messages_is_hidden a_word_that_comes_after_its_number_hides_it_too a_number_that_was_spoken_of_is_no_passport a_parcels_number_passes_whatever_it_looks_like a_note_with_a_slip_is_asked_about
    a_hidden_number_is_warned_about_with_an_agent an_album_whose_last_picture_is_a_note_is_asked_about
    a_slip_under_any_picture_holds_all_of_the_album a_foreign_group_is_left_and_who_added_the_bot_is_told
    a_customers_commands_and_forged_presses_do_nothing_at_the_desk
}

mod stories {
    use crate::support::{App, Db, any};
    use otklik::clock;
    use otklik::parcel::{Listed, Parcel, Status, StatusCode, TrackingNumber};
    use sandbox::Media;

    /// A parcel of our own table.
    async fn list(app: &App, number: &str) {
        let parcel = Parcel::new(TrackingNumber::new(number), Status::Known(StatusCode::Delivered));
        let now = clock::now().timestamp_millis();
        app.store().await.put_parcels(vec![Listed::from(parcel)], now).await.expect("a parcel");
    }

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

    pub async fn a_word_that_comes_after_its_number_hides_it_too(db: Db) {
        let app = App::start(db).await;
        list(&app, "4001234567").await;
        let anna = app.customer("Анна").await;
        // Of a parcel it is no passport, whatever is said.
        for words in ["4001234567", "это паспорт"] {
            app.says(anna, words).await;
        }
        assert!(app.database_holds("4001234567").await && !any(&app.heard(anna), "скры"), "{:#?}", app.heard(anna));
        app.says(anna, "ладно").await; // else the word before announces what comes
        app.says(anna, "4523150957").await;
        assert!(app.database_holds("4523150957").await, "nobody knows yet");
        app.says(anna, "это паспорт").await;
        assert!(!app.database_holds("4523150957").await, "{:#?}", app.heard(anna));
        assert!(any(&app.heard(anna), "скры"), "{:#?}", app.heard(anna));
        // In one breath, before anybody has looked at the first.
        app.says(anna, "ладно").await;
        app.sandbox.customer_says(anna, "4510112233");
        app.sandbox.customer_says(anna, "мой паспорт");
        app.settle().await;
        assert!(!app.database_holds("4510112233").await);
        // With people: what they have seen they have seen, and it is kept nowhere else.
        app.says(anna, "позовите человека").await;
        app.says(anna, "4510987654").await;
        assert!(app.database_holds("4510987654").await, "nobody knows yet");
        let before = app.heard(anna).len();
        app.says(anna, "это мой паспорт").await;
        assert!(!app.database_holds("4510987654").await);
        assert!(any(&app.heard(anna)[before..], "скры"), "{:#?}", app.heard(anna));
        // The conversation goes on.
        app.says(anna, "спасибо").await;
        assert!(any(&app.in_topic(app.topic()), "спасибо"));
    }

    pub async fn a_number_that_was_spoken_of_is_no_passport(db: Db) {
        let app = App::start(db).await;
        list(&app, "4001234567").await;
        let anna = app.customer("Анна").await;
        app.says(anna, "где посылка 4001234567").await;
        // Another carrier's parcel stands in no table of ours: only the conversation knows it.
        app.execute("DELETE FROM parcels").await;
        app.says(anna, "вот мой паспорт").await;
        app.says(anna, "4001234567").await;
        assert!(!app.last(anna).text.contains("скры"), "{:#?}", app.heard(anna));
        let before = app.heard(anna).len();
        app.says(anna, "вот мой паспорт").await;
        let asked = app.heard(anna).len();
        app.says(anna, "4001234568").await;
        assert!(any(&app.heard(anna)[asked..], "скры"), "another one is hidden: {:#?}", &app.heard(anna)[before..]);
    }

    pub async fn a_parcels_number_passes_whatever_it_looks_like(db: Db) {
        let app = App::start(db).await;
        list(&app, "4523150957").await;
        let anna = app.customer("Анна").await;
        app.says(anna, "позовите человека").await;
        app.says(anna, "это не паспорт: 4523 150957").await;
        app.says(anna, "а это паспорт: 4523 150958").await;
        let desk = app.in_topic(app.topic());
        assert!(any(&desk, "4523 150957"), "it is ours: {desk:#?}");
        assert!(!any(&desk, "150958"), "{desk:#?}");
        app.says(anna, "это тоже не паспорт: 4523 150959").await;
        assert!(any(&app.heard(anna), "«посылка"), "what helps is said: {:#?}", app.heard(anna));
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
        // An answer that is changed into what looks like a note stays as it was.
        let answer = app.sandbox.agent_says(maria, topic, "Проверяю");
        app.settle().await;
        app.sandbox.agent_edits(maria, answer, ".. клиент скандалит");
        app.settle().await;
        assert!(!any(&app.heard(anna), "скандалит"), "{:#?}", app.heard(anna));
    }

    pub async fn a_foreign_group_is_left_and_who_added_the_bot_is_told(db: Db) {
        let app = App::start(db).await;
        let viktor = app.customer("Виктор").await;
        let boris = app.sandbox.new_customer("Борис");
        let known = app.heard(viktor).len();
        let groups = [app.sandbox.adds_bot(viktor, "Дача"), app.sandbox.adds_bot(boris, "Гараж")];
        groups[0].says(viktor, None, "/queue паспорт 4510 123456");
        app.until("the bot leaves", |_| groups.iter().all(|group| !group.has_bot())).await;
        app.settle().await;
        assert!(groups.iter().all(|group| group.general().iter().all(|seen| !seen.from_bot)), "it says nothing there");
        let told = app.heard(viktor).split_off(known);
        let line = format!("OTKLIK_DESK={}", groups[0].id());
        assert!(matches!(&told[..], [told] if told.contains(&line) && told.contains(".env")), "{told:#?}");
        assert!(app.heard(boris).is_empty(), "who never wrote to it cannot be told");
        assert!(!app.database_holds("queue").await && !app.database_holds("123456").await, "nothing there was read");
        assert!(app.sandbox.first_group().has_bot(), "its desk it stays in");
    }

    pub async fn a_customers_commands_and_forged_presses_do_nothing_at_the_desk(db: Db) {
        let app = App::start(db).await;
        let anna = app.customer("Анна").await;
        app.says(anna, "позовите человека").await;
        app.says(anna, "паспорт 4510 123456").await;
        let topic = app.topic();
        let boris = app.customer("Борис").await;
        let (heard, card) = (app.heard(anna).len(), app.card(topic).text);
        for command in
            ["/take", "/resolve", "/tobot", "/queue", "/who", "/find Анна", "/ban 101", "/send привет", "/to Борис"]
        {
            app.says(boris, command).await;
        }
        let below = app.last(boris).id;
        for pressed in [
            "take:101",
            "takeover:101",
            "resolve:101",
            "resolve:101:unanswered",
            "release:101",
            "tobot:101",
            "original:101",
            "transfer:101",
            "snooze:101:60",
            "canned:101:x",
            "send:2",
            "note:2:no",
            "reopen",
            "learn:1:yes",
            "incident:open:refund",
            "helped:101:yes",
            "leave:101",
            "askbot:101",
            "rights:1:yes",
        ] {
            app.sandbox.press(boris, boris, below, pressed);
        }
        app.settle().await;
        assert_eq!(app.heard(anna).len(), heard, "{:#?}", app.heard(anna));
        assert_eq!(app.card(topic).text, card, "nothing was done with the ticket");
        let told = app.heard(boris).join(" ") + &app.sandbox.toasts(boris).join(" ");
        assert!(!told.contains("Анна") && !told.contains("123456") && !told.contains("№101"), "{told}");
    }

    /// How many messages of this album the customer has.
    fn pictures(app: &App, customer: i64) -> usize {
        app.sandbox.chat(customer).iter().filter(|seen| seen.from_bot && seen.media.is_some()).count()
    }

    /// How often Telegram was asked to copy anything to this chat.
    fn copied_to(app: &App, customer: i64) -> usize {
        let copies =
            |call: &sandbox::Call| call.method.starts_with("copyMessage") && call.params["chat_id"] == customer;
        app.sandbox.calls().iter().filter(|call| copies(call)).count()
    }

    pub async fn an_album_whose_last_picture_is_a_note_is_asked_about(db: Db) {
        let app = App::start(db).await;
        let (anna, maria, topic) = app.held().await;
        let album = |name: &str, captions: &[Option<&str>]| {
            for caption in captions {
                app.sandbox.agent_sends(maria, topic, Media::Photo, *caption, Some(name));
            }
        };
        album("a", &[None, Some("вот акт"), Some("// он сам разбил")]);
        app.settle().await;
        assert_eq!(copied_to(&app, anna), 0, "nothing was ever sent");
        app.press(maria, app.sandbox.desk(), "Заметка").await;
        app.agent(maria, topic, "Добрый день").await;
        assert_eq!((pictures(&app, anna), app.last(anna).text.as_str()), (0, "Добрый день"));
        // Its stragglers are notes as well.
        album("a", &[None]);
        app.settle().await;
        assert_eq!(copied_to(&app, anna), 1, "the greeting alone");

        album("b", &[None, None, Some("// так и есть")]);
        app.settle().await;
        assert_eq!(pictures(&app, anna), 0);
        app.press(maria, app.sandbox.desk(), "Ответ клиенту").await;
        let albums: Vec<_> = app.sandbox.chat(anna).into_iter().filter_map(|seen| seen.album).collect();
        assert!(albums.len() == 3 && albums.iter().all(|album| *album == albums[0]), "{albums:?}");

        // Where the last one is too late to be waited for, the others come back and wait with it.
        album("c", &[None, None]);
        app.settle().await;
        assert_eq!(pictures(&app, anna), 5);
        album("c", &[Some("// нет, это себе")]);
        app.settle().await;
        assert_eq!(pictures(&app, anna), 3, "taken back");
        let oleg = app.sandbox.new_agent("Олег");
        app.press(oleg, app.sandbox.desk(), "Ответ клиенту").await;
        assert_eq!(pictures(&app, anna), 3, "only its author says what it is");
        app.press(maria, app.sandbox.desk(), "Ответ клиенту").await;
        assert_eq!(pictures(&app, anna), 6);
    }

    pub async fn a_slip_under_any_picture_holds_all_of_the_album(db: Db) {
        let app = App::start(db).await;
        let (anna, maria, topic) = app.held().await;
        for captions in [[Some(".. себе"), None, None], [None, Some(".. себе"), None], [None, None, Some(".. себе")]]
        {
            let before = app.in_topic(topic).len();
            let name = format!("{captions:?}");
            for caption in captions {
                app.sandbox.agent_sends(maria, topic, Media::Photo, caption, Some(&name));
            }
            app.settle().await;
            assert_eq!(copied_to(&app, anna), 0, "{captions:?}");
            let asked: Vec<String> = app.in_topic(topic).split_off(before);
            assert_eq!(asked.iter().filter(|text| text.contains("Похоже на заметку")).count(), 1, "{asked:#?}");
            app.press(maria, app.sandbox.desk(), "Заметка").await;
        }
        assert_eq!(pictures(&app, anna), 0);
    }

    pub async fn a_hidden_number_is_warned_about_with_an_agent(db: Db) {
        let app = App::start(db).await;
        let anna = app.customer("Анна").await;
        app.says(anna, "позовите человека").await;
        let warned = |text: &str| text.to_lowercase().contains("скры");
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
