//! The desk: one agent a ticket, words in order, every kind of message, and a topic that comes back.

use crate::on_both;

on_both! {
    only_one_agent_answers
    who_answers_takes
    notes_stay_inside
    a_note_on_an_album_is_a_note_on_all_of_it
    every_kind_crosses_both_ways
    words_keep_their_order
    a_deleted_topic_comes_back_with_the_story
    an_album_is_answered_once_and_arrives_whole
    it_did_not_help
    nobody_else_reaches_the_desk
    the_desk_is_upgraded
}

mod stories {
    use crate::support::{App, Db, any, in_order};
    use sandbox::{Fault, Media};

    pub async fn only_one_agent_answers(db: Db) {
        let app = App::start(db).await;
        let (anna, _, topic) = app.held().await;
        let oleg = app.sandbox.new_agent("Олег");
        app.sandbox.agent_says(oleg, topic, "А я Олег");
        app.settle().await;
        assert!(!any(&app.heard(anna), "Олег"), "nothing of Олег's reaches the customer");
        assert!(app.in_topic(topic).last().expect("a notice").contains("Мария"), "he is told who holds it");
        app.press(oleg, app.sandbox.desk(), "Решено").await;
        assert!(any(&app.sandbox.toasts(oleg), "Мария"));
        let asked = app.last(anna).buttons.iter().flatten().any(|button| button.text.contains("помогло"));
        assert!(!asked, "and he cannot resolve it");
    }

    pub async fn who_answers_takes(db: Db) {
        let app = App::start(db).await;
        let anna = app.customer("Анна").await;
        app.says(anna, "позовите человека").await;
        let (maria, oleg) = (app.sandbox.new_agent("Мария"), app.sandbox.new_agent("Олег"));
        app.sandbox.agent_says(maria, app.topic(), "Я здесь");
        app.settle().await;
        assert_eq!(app.last(anna).text, "Я здесь");
        let card = app.card(app.topic());
        assert!(card.buttons.iter().flatten().all(|button| button.text != "Взять"), "it is hers by now: {card:?}");
        // Олег's Telegram may still show the old one.
        app.sandbox.press(oleg, app.sandbox.desk(), card.id, "take:101");
        app.settle().await;
        assert!(any(&app.sandbox.toasts(oleg), "Мария"), "and he is told so");
    }

    pub async fn notes_stay_inside(db: Db) {
        let app = App::start(db).await;
        let (anna, maria, topic) = app.held().await;
        app.sandbox.agent_says(maria, topic, "// не грубить ей");
        app.sandbox.agent_says(maria, topic, "Проверяю");
        app.settle().await;
        assert_eq!(app.last(anna).text, "Проверяю");
        assert!(!any(&app.heard(anna), "не грубить"));
    }

    pub async fn a_note_on_an_album_is_a_note_on_all_of_it(db: Db) {
        let app = App::start(db).await;
        let (anna, maria, topic) = app.held().await;
        let before = app.sandbox.chat(anna).len();
        app.sandbox.agent_sends(maria, topic, Media::Photo, Some("// для своих"), Some("album-2"));
        app.sandbox.agent_sends(maria, topic, Media::Photo, None, Some("album-2"));
        app.sandbox.agent_says(maria, topic, "/неведомо");
        app.settle().await;
        assert_eq!(app.sandbox.chat(anna).len(), before, "nothing of it reaches the customer");
        app.sandbox.agent_sends(maria, topic, Media::Photo, None, None);
        app.settle().await;
        assert_eq!(app.sandbox.chat(anna).len(), before + 1);
    }

    pub async fn every_kind_crosses_both_ways(db: Db) {
        let app = App::start(db).await;
        let (anna, maria, topic) = app.held().await;
        let kinds = || {
            [
                Media::Photo,
                Media::Voice,
                Media::Sticker,
                Media::Document,
                Media::VideoNote,
                Media::Video,
                Media::Animation,
                Media::Audio,
                Media::Contact,
                Media::Location,
            ]
        };
        let seen = |messages: Vec<sandbox::Seen>| -> Vec<String> {
            messages.into_iter().filter(|seen| seen.from_bot).filter_map(|seen| seen.media).collect()
        };
        for media in kinds() {
            app.sandbox.customer_sends(anna, media, None, None);
        }
        app.settle().await;
        let at_desk = seen(app.sandbox.topic(topic));
        assert_eq!(at_desk.len(), kinds().len(), "each kind reaches the desk: {at_desk:?}");
        for media in kinds() {
            app.sandbox.agent_sends(maria, topic, media, None, None);
        }
        app.settle().await;
        assert_eq!(seen(app.sandbox.chat(anna)), at_desk, "and the customer, in the same order");
    }

    pub async fn words_keep_their_order(db: Db) {
        let app = App::start(db).await;
        let (anna, maria, topic) = app.held().await;
        for i in 0..12 {
            app.sandbox.customer_says(anna, &format!("слово {i}."));
            app.sandbox.agent_says(maria, topic, &format!("ответ {i}."));
        }
        app.settle().await;
        let words: Vec<String> = (0..12).map(|i| format!("слово {i}.")).collect();
        let answers: Vec<String> = (0..12).map(|i| format!("ответ {i}.")).collect();
        let part = |all: Vec<String>, wanted: &[String]| -> Vec<String> {
            all.into_iter().filter(|text| wanted.contains(text)).collect()
        };
        assert_eq!(part(app.in_topic(topic), &words), words);
        assert_eq!(part(app.heard(anna), &answers), answers);
    }

    pub async fn a_deleted_topic_comes_back_with_the_story(db: Db) {
        let app = App::start(db).await;
        let (anna, _, topic) = app.held().await;
        app.says(anna, "номер потеряли?").await;
        app.sandbox.delete_topic(topic);
        app.says(anna, "я всё ещё жду").await;
        let new = app.topic();
        assert_ne!(new, topic);
        // The card as things stand, and the whole story, with the words that found no topic.
        in_order(&app.in_topic(new), &["номер потеряли?", "ведёт Мария"]);
        let told = app.in_topic(new).iter().filter(|text| text.contains("я всё ещё жду")).count();
        assert_eq!(told, 1, "once: {:#?}", app.in_topic(new));
        let maria = app.sandbox.new_agent("Олег");
        app.press(maria, app.sandbox.desk(), "Решено").await;
        assert!(any(&app.sandbox.toasts(maria), "Мария"), "the ticket is still hers");
    }

    pub async fn an_album_is_answered_once_and_arrives_whole(db: Db) {
        let app = App::start(db).await;
        let anna = app.customer("Анна").await;
        let before = app.heard(anna).len();
        for _ in 0..3 {
            app.sandbox.customer_sends(anna, Media::Photo, None, Some("album-1"));
        }
        app.settle().await;
        assert_eq!(app.heard(anna).len(), before + 1, "one answer to the three: {:#?}", app.heard(anna));
        app.says(anna, "позовите человека").await;
        let photos = app.sandbox.topic(app.topic()).into_iter().filter(|seen| seen.media.as_deref() == Some("photo"));
        assert_eq!(photos.count(), 3, "the story brings all of them to the desk");
    }

    pub async fn it_did_not_help(db: Db) {
        let app = App::start(db).await;
        let (anna, maria, topic) = app.held().await;
        app.sandbox.agent_says(maria, topic, "Попробуйте ещё раз");
        app.settle().await;
        app.press(maria, app.sandbox.desk(), "Решено").await;
        app.says(anna, "нет, не помогло").await;
        assert!(app.last(anna).text.contains("№101"), "the same number again: {}", app.last(anna).text);
        assert_eq!(app.topic(), topic, "one topic per customer");
        let cards = app.in_topic(topic).iter().filter(|text| text.starts_with("Запрос №101")).count();
        assert_eq!(cards, 2, "a card for each time: {:#?}", app.in_topic(topic));
    }

    pub async fn nobody_else_reaches_the_desk(db: Db) {
        let app = App::start(db).await;
        let anna = app.customer("Анна").await;
        app.says(anna, "позовите человека").await;
        // A customer's client may send any data with a press.
        let message = app.last(anna).id;
        for data in ["take:101", "resolve:101", "helped:101:yes", "wish:../../etc", "", "x".repeat(64).as_str()] {
            app.sandbox.raw_update(serde_json::json!({"callback_query": {
                "id": format!("press-{data}"), "chat_instance": "1", "data": data,
                "from": {"id": anna, "is_bot": false, "first_name": "Анна"},
                "message": {"message_id": message, "date": 1, "chat": {"id": anna, "type": "private", "first_name": "Анна"}},
            }}));
        }
        app.settle().await;
        let maria = app.sandbox.new_agent("Мария");
        app.press(maria, app.sandbox.desk(), "Взять").await;
        assert!(
            !any(&app.sandbox.toasts(maria), "ведёт"),
            "the ticket was still free: {:?}",
            app.sandbox.toasts(maria)
        );
        assert!(app.name_of(app.topic()).contains("Мария"), "and is hers now: {}", app.name_of(app.topic()));
    }

    pub async fn the_desk_is_upgraded(db: Db) {
        let app = App::start(db).await;
        let (anna, _, _) = app.held().await;
        app.sandbox.fault(Fault::MigrateDesk);
        app.says(anna, "слышно меня?").await;
        let topics = app.sandbox.topics();
        let all: Vec<String> = topics.iter().flat_map(|topic| app.in_topic(topic.id)).collect();
        assert!(any(&all, "слышно меня?"), "the words follow the desk to its new id: {all:#?}");
    }
}
