//! Nothing ends in silence at the desk: presses on old messages are answered, what agents write arrives or is answered
//! with why not, and what is taken over or taken back is so as a whole.

use crate::on_both;

on_both! {
    a_press_on_an_old_message_does_what_it_says
    a_press_that_nobody_knows_is_answered
    those_who_hide_are_told_why_it_did_not_go_out
    a_reply_to_a_customers_slash_goes_out
    a_note_that_is_none_any_more_goes_out
    a_note_by_its_mode_stays_inside_when_it_is_corrected
    what_was_held_back_goes_out_as_it_is_now
    taking_over_sends_what_was_held_back
    a_caption_is_no_command_and_is_not_lost
    an_album_is_taken_back_as_a_whole
    what_was_gone_already_is_told
    a_note_under_the_last_picture_keeps_all_of_them
    a_picture_deleted_on_its_way_shifts_nothing
    in_a_group_without_topics_nothing_is_lost_either
}

mod stories {
    use crate::support::{App, Db, any};
    use sandbox::{Media, Seen};
    use serde_json::{Value, json};

    /// A button of the latest message in a topic that has one with this label: the message and the data.
    fn button(app: &App, topic: i64, label: &str) -> (i64, String) {
        let messages = app.sandbox.topic(topic);
        let found = messages.iter().rev().find_map(|message| {
            let button = message.buttons.iter().flatten().find(|button| button.text == label)?;
            Some((message.id, button.data.clone().expect("a button with data")))
        });
        found.unwrap_or_else(|| panic!("no button «{label}» in {messages:#?}"))
    }

    fn photos(messages: Vec<Seen>) -> Vec<Seen> {
        messages.into_iter().filter(|seen| seen.from_bot && seen.media.as_deref() == Some("photo")).collect()
    }

    fn message(app: &App, topic: i64, id: i64) -> Seen {
        app.sandbox.topic(topic).into_iter().find(|seen| seen.id == id).expect("a message of the topic")
    }

    /// Something that the sandbox's people cannot write at the desk.
    fn odd(app: &App, topic: i64, id: i64, kind: &str, extra: Value) {
        let desk = app.sandbox.desk();
        let mut message = json!({
            "message_id": id, "date": 1, "message_thread_id": topic, "is_topic_message": true,
            "chat": {"id": desk, "type": "supergroup", "title": "Поддержка", "is_forum": true},
        });
        message.as_object_mut().expect("an object").extend(extra.as_object().expect("fields").clone());
        app.sandbox.raw_update(json!({kind: message}));
    }

    pub async fn a_press_on_an_old_message_does_what_it_says(db: Db) {
        let app = App::start(db).await;
        let anna = app.customer("Анна").await;
        app.says(anna, "позовите человека").await;
        let (desk, topic) = (app.sandbox.desk(), app.topic());
        let (maria, oleg) = (app.sandbox.new_agent("Мария"), app.sandbox.new_agent("Олег"));
        let (card, take) = button(&app, topic, "Взять");
        app.sandbox.press_old(maria, desk, card, &take);
        app.settle().await;
        assert!(app.name_of(topic).contains("Мария"), "{}", app.name_of(topic));
        // A card of before, of which nothing is written down but the ticket on its button.
        app.sandbox.press_old(oleg, desk, 99_999, &take);
        app.settle().await;
        assert!(any(&app.sandbox.toasts(oleg), "Мария"), "{:?}", app.sandbox.toasts(oleg));
        // What names no ticket is known by its message.
        app.agent(oleg, topic, "А я Олег").await;
        let (notice, anyway) = button(&app, topic, "Отправить всё равно");
        app.sandbox.press_old(oleg, desk, notice, &anyway);
        app.settle().await;
        assert_eq!(app.last(anna).text, "А я Олег");
        app.press(maria, desk, "Решено").await;
        let (card, reopen) = button(&app, topic, "Открыть снова");
        app.sandbox.press_old(maria, desk, card, &reopen);
        app.settle().await;
        assert!(app.name_of(topic).starts_with("🟡"), "{}", app.name_of(topic));
        // In the private chat the chat is enough.
        app.press(maria, desk, "Решено").await;
        app.press(maria, desk, "Закрыть без ответа").await;
        let asked = app.last(anna);
        let no = asked.buttons.concat().into_iter().find(|button| button.text == "Нет, не помогло").expect("asked");
        app.sandbox.press_old(anna, anna, asked.id, &no.data.expect("a button with data"));
        app.settle().await;
        assert!(app.name_of(topic).starts_with("🔴"), "{}", app.name_of(topic));
        assert!(app.sandbox.all_presses_answered());
    }

    pub async fn a_press_that_nobody_knows_is_answered(db: Db) {
        let app = App::start(db).await;
        let (anna, maria, topic) = app.held().await;
        let desk = app.sandbox.desk();
        // One after the other: of a flood only the last few are answered.
        for data in ["take:9999", "reopen", "send:77", "что-то", "wish:cancel", "learn:7:yes"] {
            app.sandbox.press_old(maria, desk, 99_999, data);
            app.settle().await;
        }
        assert_eq!(app.sandbox.toasts(maria).len(), 1 + 6, "{:?}", app.sandbox.toasts(maria));
        app.sandbox.press_old(anna, anna, 99_999, "helped:7:yes");
        app.settle().await;
        assert!(app.sandbox.all_presses_answered());
        let before = (app.heard(anna), app.name_of(topic));
        let from = json!({"id": anna, "is_bot": false, "first_name": "Анна"});
        let chat = json!({"id": anna, "type": "private", "first_name": "Анна"});
        let group = json!({"id": -77, "type": "supergroup", "title": "Чужая"});
        let old = |chat: &Value| json!({"chat": chat, "message_id": 5, "date": 0});
        for (id, extra) in [
            ("inline", json!({"inline_message_id": "i", "data": "wish:cancel"})),
            ("game", json!({"message": old(&chat), "game_short_name": "x"})),
            ("elsewhere", json!({"message": old(&group), "data": "take:101"})),
            ("nowhere", json!({"data": "wish:cancel"})),
        ] {
            let mut query = json!({"id": id, "from": from, "chat_instance": "1"});
            query.as_object_mut().expect("an object").extend(extra.as_object().expect("fields").clone());
            app.sandbox.raw_update(json!({"callback_query": query}));
            app.settle().await;
        }
        for id in ["inline", "game", "elsewhere", "nowhere"] {
            let answers =
                |call: &sandbox::Call| call.method == "answerCallbackQuery" && call.params["callback_query_id"] == id;
            assert!(app.sandbox.calls().iter().any(answers), "{id} waits for ever");
        }
        assert_eq!((app.heard(anna), app.name_of(topic)), before, "and nothing was done");
    }

    pub async fn those_who_hide_are_told_why_it_did_not_go_out(db: Db) {
        let app = App::start(db).await;
        let (anna, _, topic) = app.held().await;
        let (heard, desk) = (app.heard(anna), app.sandbox.desk());
        let channel = json!({
            "from": {"id": 136_817_688, "is_bot": true, "first_name": "Channel", "username": "Channel_Bot"},
            "sender_chat": {"id": -1_001_234, "type": "channel", "title": "Новости"},
        });
        let with = |sender: &Value, extra: Value| {
            let mut all = sender.clone();
            all.as_object_mut().expect("an object").extend(extra.as_object().expect("fields").clone());
            all
        };
        let told = |part: &str| app.in_topic(topic).iter().filter(|text| text.contains(part)).count();
        let photo = json!([{"file_id": "x", "file_unique_id": "x", "width": 1, "height": 1}]);
        odd(&app, topic, 7001, "message", with(&channel, json!({"text": "Вернём деньги"})));
        app.settle().await;
        assert_eq!(told("от имени канала"), 1, "{:#?}", app.in_topic(topic));
        odd(&app, topic, 7002, "message", with(&channel, json!({"text": "/take"})));
        odd(&app, topic, 7001, "edited_message", with(&channel, json!({"text": "Вернём всё", "edit_date": 2})));
        app.settle().await;
        assert_eq!(told("от имени канала"), 3, "{:#?}", app.in_topic(topic));
        for id in [7003, 7004] {
            let picture = json!({"photo": photo, "media_group_id": "album"});
            odd(&app, topic, id, "message", with(&channel, picture));
        }
        app.settle().await;
        assert_eq!(told("от имени канала"), 4, "of an album once: {:#?}", app.in_topic(topic));
        let group = json!({
            "from": {"id": 1_087_968_824, "is_bot": true, "first_name": "Group", "username": "GroupAnonymousBot"},
            "sender_chat": {"id": desk, "type": "supergroup", "title": "Поддержка"},
        });
        odd(&app, topic, 7005, "message", with(&group, json!({"text": "Это администратор"})));
        app.settle().await;
        assert_eq!(told("от имени группы"), 1, "{:#?}", app.in_topic(topic));
        // What nobody wrote here is nobody's business.
        let before = app.in_topic(topic).len();
        let post = json!({
            "from": {"id": 777_000, "is_bot": false, "first_name": "Telegram"}, "is_automatic_forward": true,
            "sender_chat": {"id": -1_001_234, "type": "channel", "title": "Новости"}, "text": "Наш пост",
        });
        odd(&app, topic, 7006, "message", post);
        let bot = json!({"from": {"id": 55, "is_bot": true, "first_name": "Другой бот"}, "text": "Я бот"});
        odd(&app, topic, 7007, "message", bot);
        app.settle().await;
        assert_eq!(app.in_topic(topic).len(), before, "{:#?}", app.in_topic(topic));
        assert_eq!(app.heard(anna), heard, "and nothing of it reached the customer");
    }

    pub async fn a_reply_to_a_customers_slash_goes_out(db: Db) {
        let app = App::start(db).await;
        let (anna, maria, topic) = app.held().await;
        let asked = app.says(anna, "/оплата не прошла").await;
        let at_desk = app.sandbox.topic(topic).into_iter().rfind(|seen| seen.text.starts_with("/оплата"));
        let at_desk = at_desk.expect("her words are at the desk").id;
        let answer = app.sandbox.agent_replies(maria, topic, at_desk, "Деньги вернутся завтра");
        app.settle().await;
        let got = app.last(anna);
        assert_eq!((got.text.as_str(), got.reply_to), ("Деньги вернутся завтра", Some(asked)));
        assert_eq!(message(&app, topic, answer).reactions.len(), 1, "with its mark");
        // A reply to a colleague's note is a note as before.
        let note = app.agent(maria, topic, "// проверим у кассы").await;
        app.sandbox.agent_replies(maria, topic, note, "касса молчит");
        app.settle().await;
        assert_eq!(app.last(anna).text, "Деньги вернутся завтра");
    }

    pub async fn a_note_that_is_none_any_more_goes_out(db: Db) {
        let app = App::start(db).await;
        let (anna, maria, topic) = app.held().await;
        let note = app.agent(maria, topic, "// Проверьте адрес").await;
        app.sandbox.agent_edits(maria, note, "// Проверьте адрес и телефон");
        app.settle().await;
        assert!(!any(&app.heard(anna), "Проверьте"), "it is a note as before");
        app.sandbox.agent_edits(maria, note, "Проверьте адрес и телефон");
        app.settle().await;
        assert_eq!(app.last(anna).text, "Проверьте адрес и телефон");
        assert_eq!(message(&app, topic, note).reactions.len(), 1, "with its mark");
        app.sandbox.agent_edits(maria, note, "Проверьте адрес");
        app.settle().await;
        assert_eq!(app.last(anna).text, "Проверьте адрес", "an answer like any other from then on");
        // Where it may not go out, the author is told.
        let oleg = app.sandbox.new_agent("Олег");
        let note = app.agent(oleg, topic, "// я бы ответил иначе").await;
        app.sandbox.agent_edits(oleg, note, "Я бы ответил иначе");
        app.settle().await;
        assert!(!any(&app.heard(anna), "иначе"));
        assert!(app.in_topic(topic).last().is_some_and(|text| text.contains("ведёт Мария")));
    }

    pub async fn a_note_by_its_mode_stays_inside_when_it_is_corrected(db: Db) {
        let app = App::start(db).await;
        let (anna, maria, topic) = app.held().await;
        app.agent(maria, topic, "/notes").await;
        let note = app.agent(maria, topic, "она опять пшет").await;
        app.agent(maria, topic, "/notes").await;
        let heard = app.heard(anna);
        app.sandbox.agent_edits(maria, note, "она опять пишет");
        app.settle().await;
        assert_eq!(app.heard(anna), heard, "a corrected letter lets nothing out");
        assert!(app.in_topic(topic).last().is_some_and(|text| text.contains("осталось внутри")));
        let command = app.agent(maria, topic, "/неведомо").await;
        app.sandbox.agent_edits(maria, command, "/resolve");
        app.settle().await;
        assert!(app.in_topic(topic).last().is_some_and(|text| text.contains("не выполняется")));
        assert!(app.name_of(topic).starts_with("🟡"), "{}", app.name_of(topic));
        assert_eq!(app.heard(anna), heard);
    }

    pub async fn what_was_held_back_goes_out_as_it_is_now(db: Db) {
        let app = App::start(db).await;
        let (anna, _, topic) = app.held().await;
        let (oleg, desk) = (app.sandbox.new_agent("Олег"), app.sandbox.desk());
        let held = app.agent(oleg, topic, "Я знаю").await;
        app.sandbox.agent_edits(oleg, held, "Я знаю ответ");
        app.settle().await;
        app.press(oleg, desk, "Отправить всё равно").await;
        assert_eq!(app.last(anna).text, "Я знаю ответ");
        let held = app.agent(oleg, topic, "Она неправа").await;
        app.sandbox.agent_edits(oleg, held, "// Она неправа");
        app.settle().await;
        app.press(oleg, desk, "Отправить всё равно").await;
        assert_eq!(app.last(anna).text, "Я знаю ответ", "it has become a note");
        let before = app.in_topic(topic).len();
        app.sandbox.agent_edits(oleg, held, "Она права");
        app.settle().await;
        assert_eq!(app.in_topic(topic).len(), before + 1, "and is held back again: {:#?}", app.in_topic(topic));
        app.press(oleg, desk, "Отправить всё равно").await;
        assert_eq!(app.last(anna).text, "Она права");
    }

    pub async fn taking_over_sends_what_was_held_back(db: Db) {
        let app = App::start(db).await;
        let (anna, maria, topic) = app.held().await;
        let (oleg, desk) = (app.sandbox.new_agent("Олег"), app.sandbox.desk());
        let pictures: Vec<i64> = (0..2)
            .map(|i| app.sandbox.agent_sends(oleg, topic, Media::Photo, (i == 0).then_some("Вот чек"), Some("a1")))
            .collect();
        app.settle().await;
        assert!(photos(app.sandbox.chat(anna)).is_empty(), "Мария holds it");
        app.press(oleg, desk, "Перехватить").await;
        let got = photos(app.sandbox.chat(anna));
        assert!(got.len() == 2 && got[0].album.is_some() && got[0].album == got[1].album, "{got:#?}");
        assert!(app.card(topic).text.contains("Олег"));
        for picture in pictures {
            assert_eq!(message(&app, topic, picture).reactions.len(), 1, "each with its mark");
        }
        let told = app.in_topic(topic).into_iter().rfind(|text| text.starts_with("Мария, "));
        assert!(told.is_some_and(|text| text.contains("Олег")), "Мария is told: {:#?}", app.in_topic(topic));
        // A button of before names the ticket only, as the card's does: nothing is lost, nothing goes by surprise.
        app.agent(maria, topic, "Я уже отвечаю").await;
        let (notice, _) = button(&app, topic, "Перехватить");
        app.sandbox.press(maria, desk, notice, "takeover:101");
        app.settle().await;
        assert!(app.card(topic).text.contains("Мария") && !any(&app.heard(anna), "уже отвечаю"));
        assert!(any(&app.sandbox.toasts(maria), "ещё не ушло"), "{:?}", app.sandbox.toasts(maria));
        app.press(maria, desk, "Отправить всё равно").await;
        assert_eq!(app.last(anna).text, "Я уже отвечаю");
        // Somebody else's words go out by nobody's hand but theirs.
        app.agent(oleg, topic, "И я").await;
        let lena = app.sandbox.new_agent("Лена");
        app.press(lena, desk, "Перехватить").await;
        assert!(app.card(topic).text.contains("Лена") && !any(&app.heard(anna), "И я"));
    }

    pub async fn a_caption_is_no_command_and_is_not_lost(db: Db) {
        let app = App::start(db).await;
        let (anna, maria, topic) = app.held().await;
        let heard = app.sandbox.chat(anna).len();
        app.sandbox.agent_sends(maria, topic, Media::Photo, None, Some("a1"));
        app.sandbox.agent_sends(maria, topic, Media::Photo, Some("/resolve"), Some("a1"));
        app.settle().await;
        assert_eq!(app.sandbox.chat(anna).len(), heard, "nothing of it went out");
        assert!(app.name_of(topic).starts_with("🟡"), "and nothing was done: {}", app.name_of(topic));
        assert!(any(&app.in_topic(topic), "Клиенту ничего не ушло"), "{:#?}", app.in_topic(topic));
    }

    pub async fn an_album_is_taken_back_as_a_whole(db: Db) {
        let app = App::start(db).await;
        let (anna, maria, topic) = app.held().await;
        let sends = || {
            for i in 0..3 {
                let caption = (i == 0).then_some("Ваши документы");
                app.sandbox.agent_sends(maria, topic, Media::Photo, caption, Some("a1"));
            }
        };
        sends();
        app.settle().await;
        assert_eq!(photos(app.sandbox.chat(anna)).len(), 3);
        let before = app.in_topic(topic).len();
        app.press(maria, app.sandbox.desk(), "Отозвать").await;
        let left = photos(app.sandbox.chat(anna));
        assert!(left.is_empty(), "{left:#?}");
        assert!(any(&app.sandbox.toasts(maria), "3 сообщения"), "{:?}", app.sandbox.toasts(maria));
        assert_eq!(app.in_topic(topic).len(), before, "all went well: no message is spent on it");
        assert!(app.card(topic).text.contains("Обещан"), "the customer has no answer again: {}", app.card(topic).text);
    }

    pub async fn what_was_gone_already_is_told(db: Db) {
        let app = App::start(db).await;
        let (anna, maria, topic) = app.held().await;
        for _ in 0..3 {
            app.sandbox.agent_sends(maria, topic, Media::Photo, None, Some("a2"));
        }
        app.settle().await;
        let got = photos(app.sandbox.chat(anna));
        app.sandbox.deletes(anna, anna, got[1].id);
        app.agent(maria, topic, "/undo").await;
        assert!(photos(app.sandbox.chat(anna)).is_empty());
        let told = app.in_topic(topic).pop().expect("an answer");
        assert!(told.starts_with("Отозвано") && told.contains("1 удалили раньше"), "{told}");
        app.agent(maria, topic, "Готово").await;
        let got = app.last(anna);
        app.sandbox.deletes(anna, anna, got.id);
        app.press(maria, app.sandbox.desk(), "Отозвать").await;
        let told = app.in_topic(topic).pop().expect("an answer");
        assert!(told.contains("нечего"), "after a press as well: {told}");
    }

    pub async fn a_note_under_the_last_picture_keeps_all_of_them(db: Db) {
        let mut app = App::start(db).await;
        let (anna, maria, topic) = app.held().await;
        let heard = app.sandbox.chat(anna).len();
        let promised = app.card(topic).text;
        // All of it is there when the bot looks.
        app.kill();
        for i in 0..3 {
            let caption = (i == 2).then_some("// только для нас");
            app.sandbox.agent_sends(maria, topic, Media::Photo, caption, Some("a1"));
        }
        app.begin().await;
        app.settle().await;
        assert_eq!(app.sandbox.chat(anna).len(), heard, "all of it is a note");
        let copied = |call: &sandbox::Call| call.method.starts_with("copyMessage") && call.params["chat_id"] == anna;
        assert!(!app.sandbox.calls().iter().any(copied), "and not even for a moment it was more");
        assert_eq!(app.card(topic).text, promised, "and no answer: the promise stands");
        // Held back, it is the same.
        let oleg = app.sandbox.new_agent("Олег");
        app.sandbox.agent_sends(oleg, topic, Media::Photo, None, Some("a2"));
        app.sandbox.agent_sends(oleg, topic, Media::Photo, Some("// и это"), Some("a2"));
        app.settle().await;
        app.press(oleg, app.sandbox.desk(), "Отправить всё равно").await;
        assert_eq!(app.sandbox.chat(anna).len(), heard);
        app.agent(maria, topic, "Здравствуйте").await;
        assert_eq!(app.last(anna).text, "Здравствуйте", "and all goes on");
    }

    pub async fn a_picture_deleted_on_its_way_shifts_nothing(db: Db) {
        let mut app = App::start(db).await;
        let (anna, maria, topic) = app.held().await;
        let desk = app.sandbox.desk();
        app.kill();
        let sent: Vec<i64> =
            (0..3).map(|_| app.sandbox.agent_sends(maria, topic, Media::Photo, None, Some("a1"))).collect();
        app.sandbox.deletes(maria, desk, sent[0]);
        app.begin().await;
        app.settle().await;
        let got = photos(app.sandbox.chat(anna));
        assert_eq!(got.len(), 2);
        assert!(any(&app.in_topic(topic), "2 из 3"), "she is told: {:#?}", app.in_topic(topic));
        app.sandbox.customer_replies(anna, got[0].id, "что на этом?");
        app.settle().await;
        let asked = app.sandbox.topic(topic).into_iter().rfind(|seen| seen.text == "что на этом?").expect("relayed");
        assert_eq!(asked.reply_to, Some(sent[1]), "the first that arrived is the second that was sent");
        for picture in &sent[1..] {
            assert_eq!(message(&app, topic, *picture).reactions.len(), 1);
        }
        // The other way round.
        app.kill();
        let shown: Vec<i64> =
            (0..3).map(|_| app.sandbox.customer_sends(anna, Media::Photo, None, Some("a2"))).collect();
        app.sandbox.deletes(anna, anna, shown[1]);
        app.begin().await;
        app.settle().await;
        let at_desk = photos(app.sandbox.topic(topic));
        assert_eq!(at_desk.len(), 2);
        assert!(any(&app.in_topic(topic), "дошло 2 из 3"), "{:#?}", app.in_topic(topic));
        app.sandbox.agent_replies(maria, topic, at_desk[1].id, "Вижу");
        app.settle().await;
        assert_eq!(app.last(anna).reply_to, Some(shown[2]));
        let reactions = app.sandbox.chat(anna).iter().filter(|seen| !seen.reactions.is_empty()).count();
        assert_eq!(reactions, 0, "and the customer sees nothing of the looking");
    }

    pub async fn in_a_group_without_topics_nothing_is_lost_either(db: Db) {
        let mut app = App::start(db).await;
        app.stop().await;
        app.plain = true;
        app.begin().await;
        let anna = app.customer("Анна").await;
        app.says(anna, "позовите человека").await;
        app.says(anna, "потерялась коробка").await;
        let (maria, oleg) = (app.sandbox.new_agent("Мария"), app.sandbox.new_agent("Олег"));
        let words = app.sandbox.general().into_iter().rfind(|seen| seen.text.contains("коробка")).expect("her words");
        app.sandbox.agent_replies_in_general(maria, words.id, "Ищем");
        app.settle().await;
        assert_eq!(app.last(anna).text, "Ищем");
        let held = app.sandbox.agent_replies_in_general(oleg, words.id, "Я видел её");
        app.settle().await;
        let told = || app.in_general().iter().filter(|text| text.contains("ведёт Мария")).count();
        assert_eq!(told(), 1 + cards(&app), "{:#?}", app.in_general());
        app.sandbox.agent_replies_in_general(oleg, held, "на складе");
        app.settle().await;
        assert_eq!(told(), 2 + cards(&app), "an answer to what was held back is held back: {:#?}", app.in_general());
        assert!(!any(&app.heard(anna), "складе"));
    }

    /// How many cards in the group say who holds the ticket.
    fn cards(app: &App) -> usize {
        app.in_general().iter().filter(|text| text.starts_with("Запрос №") && text.contains("ведёт")).count()
    }
}
