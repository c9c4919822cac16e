//! Words arrive whole: however long they are, with their formatting, with whose they are and what they answer; and what
//! the bot says stands beside them. Telegram's limits hold: the sandbox refuses what is too long.

use crate::on_both;

on_both! {
    no_words_lose_their_end
    a_group_without_topics_gets_all_of_it
    a_long_caption_is_never_cut
    a_long_answer_is_one_with_all_its_parts
    a_part_that_is_refused_is_told
    formatting_crosses_both_ways
    whose_words_they_are_is_told
    masked_captions_of_an_album_arrive
    the_topic_shows_what_the_bot_says
    later_words_bring_what_the_bot_said_before_them
}

mod stories {
    use crate::support::{App, Db, any, in_order};
    use sandbox::{Fault, Media, Method, Seen};

    /// So many letters, each word with a number of its own: a missing one shows.
    fn letters(count: usize) -> String {
        let mut text = String::new();
        for number in 0.. {
            let word = format!("с{number} ");
            if text.chars().count() + word.chars().count() > count {
                break;
            }
            text += &word;
        }
        text.extend(std::iter::repeat_n('я', count - text.chars().count()));
        text
    }

    /// The words of messages, one after the other.
    fn words<'s>(seen: impl IntoIterator<Item = &'s Seen>) -> Vec<String> {
        seen.into_iter().flat_map(|seen| seen.text.split_whitespace()).map(str::to_owned).collect()
    }

    fn words_of(text: &str) -> Vec<String> {
        text.split_whitespace().map(str::to_owned).collect()
    }

    pub async fn no_words_lose_their_end(db: Db) {
        let app = App::with_limits(db).await;
        let (anna, _, topic) = app.held().await;
        let greeting = app.sandbox.chat(anna).into_iter().find(|seen| seen.from_bot).expect("the greeting");
        let before = app.sandbox.topic(topic).len();
        for length in [4_056, 4_096] {
            let long = letters(length);
            app.sandbox.customer_replies(anna, greeting.id, &long);
            app.settle().await;
            let topic = app.sandbox.topic(topic);
            let parts: Vec<&Seen> = topic[before..].iter().rev().take(2).rev().collect();
            assert!(parts[0].text.starts_with('↪'), "what is answered stands before the first: {parts:?}");
            let told: Vec<String> = words(parts);
            assert!(told.ends_with(&words_of(&long)), "{} letters arrive: {:?}", length, told.last());
        }
        // What two units make is never torn.
        app.says(anna, &"🙂".repeat(2_048)).await;
        assert_eq!(app.in_topic(topic).last(), Some(&"🙂".repeat(2_048)));
    }

    pub async fn a_group_without_topics_gets_all_of_it(db: Db) {
        let mut app = App::with_limits(db).await;
        app.stop().await;
        app.plain = true;
        app.begin().await;
        let anna = app.customer("Анна").await;
        app.says(anna, "позовите человека").await;
        let long = letters(4_091);
        app.says(anna, &long).await;
        let general: Vec<Seen> = app.sandbox.general();
        let from = general.iter().position(|seen| seen.text.contains("с0 с1")).expect("its beginning");
        let parts: Vec<&Seen> = general[from..].iter().filter(|seen| seen.text.starts_with("№101 Анна:")).collect();
        assert_eq!(parts.len(), 2, "each says whose it is: {parts:?}");
        let told: Vec<String> = words(parts).into_iter().filter(|word| !["№101", "Анна:"].contains(&&**word)).collect();
        assert_eq!(told, words_of(&long));
        // An answer to the second part is an answer to her.
        let maria = app.sandbox.new_agent("Мария");
        let second = general.iter().rfind(|seen| seen.text.starts_with("№101 Анна:")).expect("the second part");
        app.sandbox.agent_replies_in_general(maria, second.id, "Читаю");
        app.settle().await;
        assert_eq!(app.last(anna).text, "Читаю");
    }

    /// What stands in a topic, without what the bot has told the customer: a warning of a personal number.
    fn of_people(app: &App, topic: i64) -> Vec<Seen> {
        app.sandbox.topic(topic).into_iter().filter(|seen| !seen.text.starts_with("Бот:")).collect()
    }

    pub async fn a_long_caption_is_never_cut(db: Db) {
        let app = App::with_limits(db).await;
        let (anna, maria, topic) = app.held().await;
        for (caption, expected) in [
            (format!("паспорт 4510 123456 {}", letters(1_480)), format!("паспорт •••• •••••• {}", letters(1_480))),
            // Somebody with Premium may write as much, and a copy may not hold it.
            (letters(1_500), letters(1_500)),
        ] {
            let before = of_people(&app, topic).len();
            app.sandbox.customer_sends(anna, Media::Photo, Some(&caption), None);
            app.settle().await;
            let topic = of_people(&app, topic);
            assert_eq!(topic[before].media.as_deref(), Some("photo"));
            assert_eq!(words(&topic[before..]), words_of(&expected));
        }
        let before = app.sandbox.chat(anna).len();
        let answer = app.sandbox.agent_sends(maria, topic, Media::Photo, Some(&letters(1_500)), None);
        app.settle().await;
        assert_eq!(words(&app.sandbox.chat(anna)[before..]), words_of(&letters(1_500)));
        for caption in [format!("Точнее: {}", letters(1_400)), letters(900), letters(2_000)] {
            app.sandbox.agent_edits(maria, answer, &caption);
            app.settle().await;
            assert_eq!(words(&app.sandbox.chat(anna)[before..]), words_of(&caption), "it is edited as a whole");
        }
    }

    pub async fn a_long_answer_is_one_with_all_its_parts(db: Db) {
        let app = App::start(db).await;
        let (anna, maria, topic) = app.held().await;
        let before = app.sandbox.chat(anna).len();
        for undo in ["/undo", "Отозвать"] {
            app.sandbox.agent_sends(maria, topic, Media::Photo, Some(&letters(1_500)), None);
            app.settle().await;
            assert_eq!(app.sandbox.chat(anna).len(), before + 2);
            match undo {
                "/undo" => drop(app.agent(maria, topic, undo).await),
                button => app.press(maria, app.sandbox.desk(), button).await,
            }
            assert_eq!(app.sandbox.chat(anna).len(), before, "all of it is taken back by {undo}");
        }
        // An answer to the second part is an answer to all of it, on both sides.
        let answer = app.sandbox.agent_sends(maria, topic, Media::Photo, Some(&letters(1_500)), None);
        app.settle().await;
        app.sandbox.customer_replies(anna, app.last(anna).id, "А это как?");
        app.settle().await;
        let asked = app.sandbox.topic(topic).pop().expect("her words");
        assert_eq!((asked.text.as_str(), asked.reply_to), ("А это как?", Some(answer)));
        let greeting = app.sandbox.chat(anna).into_iter().find(|seen| seen.from_bot).expect("the greeting");
        let long = app.sandbox.customer_replies(anna, greeting.id, &letters(4_096));
        app.settle().await;
        let second = app.sandbox.topic(topic).pop().expect("the second part");
        assert!(!second.text.contains("с0 "), "what is answered stands before the first: {second:?}");
        app.sandbox.agent_replies(maria, topic, second.id, "Вижу");
        app.settle().await;
        assert_eq!(app.last(anna).reply_to, Some(long));
    }

    pub async fn a_part_that_is_refused_is_told(db: Db) {
        let app = App::start(db).await;
        let (anna, maria, topic) = app.held().await;
        let long = letters(4_096);
        let end = words_of(&long).pop().expect("a last word");
        let refuse = |chat| {
            let (method, chat, holding) = (Method::SendMessage, Some(chat), Some(end.clone()));
            let description = "Bad Request: BUTTON_INVALID".into();
            app.sandbox.fault(Fault::Refuse { method, chat, holding, code: 400, description, times: 1 });
        };
        // What is answered stands before the words, and all of it takes two messages.
        let greeting = app.sandbox.chat(anna).into_iter().find(|seen| seen.from_bot).expect("the greeting");
        refuse(app.sandbox.desk());
        let sent = app.sandbox.customer_replies(anna, greeting.id, &long);
        app.settle().await;
        let told = app.sandbox.topic(topic).pop().expect("the desk is told");
        assert!(told.text.contains("одну его часть"), "{told:?}");
        assert!(told.text.ends_with(&end), "with what is missing: {told:?}");
        let first = app.sandbox.topic(topic).into_iter().rfind(|seen| seen.text.contains("с0 с1 ")).expect("the first");
        app.sandbox.customer_replies(anna, sent, "это оттуда");
        app.settle().await;
        assert_eq!(app.sandbox.topic(topic).pop().expect("her words").reply_to, Some(first.id));
        refuse(anna);
        let answer = app.sandbox.agent_sends(maria, topic, Media::Photo, Some(&long), None);
        app.settle().await;
        let told = app.sandbox.topic(topic).pop().expect("the agent is told");
        assert!(told.text.contains("дошло не всё") && told.text.contains(&end), "{told:?}");
        assert_eq!(told.reply_to, Some(answer));
    }

    /// The addresses behind words in a message.
    fn links(seen: &Seen) -> Vec<(String, Option<String>)> {
        seen.stretches("text_link")
    }

    fn link(words: &str, url: &str) -> Vec<(String, Option<String>)> {
        vec![(words.to_owned(), Some(url.to_owned()))]
    }

    pub async fn formatting_crosses_both_ways(db: Db) {
        let app = App::with_limits(db).await;
        let anna = app.customer("Анна").await;
        app.sandbox.customer_writes(anna, r#"вот <a href="https://чеки.рф/1">чек</a>, где посылка?"#);
        app.settle().await;
        app.says(anna, "позовите человека").await;
        let topic = app.topic();
        let story = app.sandbox.topic(topic).into_iter().find(|seen| seen.text.contains("вот чек")).expect("a story");
        assert_eq!(links(&story), link("чек", "https://чеки.рф/1"), "the story keeps it, as it was typed");
        let maria = app.sandbox.new_agent("Мария");
        app.press(maria, app.sandbox.desk(), "Взять").await;

        let said = app.sandbox.customer_writes(
            anna,
            r#"паспорт 4510 123456, <b>срочно</b> <tg-spoiler>тайна</tg-spoiler> <a href="https://a.ru/?p=4510%20123456&inn=500100732259">тут</a>"#,
        );
        app.settle().await;
        let at_desk = app.sandbox.topic(topic).into_iter().rfind(|seen| seen.text.contains("срочно")).expect("words");
        assert!(at_desk.text.starts_with("паспорт •••• ••••••,"), "{at_desk:?}");
        assert_eq!(at_desk.stretches("bold"), [("срочно".to_owned(), None)]);
        assert_eq!(at_desk.stretches("spoiler"), [("тайна".to_owned(), None)]);
        let address = links(&at_desk).pop().and_then(|(_, url)| url).expect("an address");
        assert!(address.starts_with("https://a.ru/") && !address.contains("500100732259"), "{address}");
        app.sandbox.customer_rewrites(anna, said, r#"нет, <a href="https://a.ru/2">вот тут</a>"#);
        app.settle().await;
        let corrected = app.sandbox.topic(topic).pop().expect("the correction");
        assert_eq!(links(&corrected), link("вот тут", "https://a.ru/2"), "{corrected:?}");

        let answer = app.sandbox.agent_writes(maria, topic, r#"Ваша <a href="https://b.ru/1">ссылка</a>"#);
        app.settle().await;
        assert_eq!(links(&app.last(anna)), link("ссылка", "https://b.ru/1"));
        app.sandbox.agent_rewrites(maria, answer, r#"🙂 Новая <a href="https://b.ru/2">ссылка</a>"#);
        app.settle().await;
        let edited = app.last(anna);
        assert!(edited.edited && links(&edited) == link("ссылка", "https://b.ru/2"), "{edited:?}");
        app.sandbox.agent_writes(maria, topic, r#"/send  И <i>ещё</i> <a href="https://b.ru/3">одна</a>"#);
        app.settle().await;
        let sent = app.last(anna);
        assert_eq!((sent.text.as_str(), links(&sent)), ("И ещё одна", link("одна", "https://b.ru/3")));
        assert_eq!(sent.stretches("italic"), [("ещё".to_owned(), None)]);
        // A masked caption keeps what is left of it.
        let html = r#"ИНН 500100732259 и <a href="https://a.ru/3">справка</a>"#;
        app.sandbox.customer_sends_styled(anna, Media::Photo, html, None);
        app.settle().await;
        let copied = of_people(&app, topic).pop().expect("the picture");
        assert_eq!(copied.text, "ИНН •••••••••••• и справка");
        assert_eq!(links(&copied), link("справка", "https://a.ru/3"));
    }

    pub async fn whose_words_they_are_is_told(db: Db) {
        let app = App::with_limits(db).await;
        let (anna, maria, topic) = app.held().await;
        let boris = app.sandbox.new_customer("Борис <b>");
        let last = || app.sandbox.topic(topic).pop().expect("a message").text;
        app.sandbox.customer_forwards(anna, boris, "ваш заказ отменён");
        app.settle().await;
        assert_eq!(last(), "Переслано от Борис <b>:\nваш заказ отменён");
        app.sandbox.customer_forwards_media(anna, boris, Media::Photo, None);
        app.settle().await;
        assert_eq!(last(), "Переслано от Борис <b>:", "under the picture");
        app.sandbox.customer_forwards_media(anna, boris, Media::Sticker, None);
        app.settle().await;
        let seen: Vec<Seen> = app.sandbox.topic(topic).into_iter().rev().take(2).collect();
        assert!(seen[0].media.as_deref() == Some("sticker") && seen[1].text.starts_with("Переслано"), "{seen:?}");
        for _ in 0..2 {
            app.sandbox.customer_forwards_media(anna, boris, Media::Photo, Some("a1"));
        }
        app.settle().await;
        let seen: Vec<Seen> = app.sandbox.topic(topic).into_iter().rev().take(3).collect();
        assert!(seen[0].album.is_some() && seen[0].album == seen[1].album, "one album: {seen:?}");
        assert!(seen[2].text.starts_with("Переслано"), "and one line before it: {seen:?}");

        app.agent(maria, topic, "Привезём завтра. Или послезавтра").await;
        let answer = app.last(anna).id;
        app.sandbox.customer_quotes(anna, answer, "Или послезавтра", "почему?");
        app.settle().await;
        let quoted = app.sandbox.topic(topic).pop().expect("a message");
        assert_eq!(quoted.text, "↪ «Или послезавтра»\nпочему?");
        assert!(quoted.reply_to.is_some(), "it still answers the agent's message");
        app.sandbox.customer_quotes_channel(anna, "Новости склада", Some("паспорт 4510 123456"), "это правда?");
        app.settle().await;
        assert_eq!(last(), "↪ Новости склада: «паспорт •••• ••••••»\nэто правда?");
        // The story tells it to the next agent.
        app.sandbox.delete_topic(topic);
        app.says(anna, "ау").await;
        let topics = app.sandbox.topics();
        let story = app.in_topic(topics.last().expect("a new topic").id);
        assert!(any(&story, "Переслано от Борис <b>:\nваш заказ отменён"), "{story:#?}");
    }

    pub async fn masked_captions_of_an_album_arrive(db: Db) {
        let app = App::with_limits(db).await;
        let (anna, _, topic) = app.held().await;
        for (album, captions, expected) in [
            ("a1", ["паспорт 4510 123456", "", ""], vec!["паспорт •••• ••••••"]),
            ("a2", ["первая", "", "ИНН 500100732259"], vec!["первая", "ИНН ••••••••••••"]),
            ("a3", ["коробка", "и чек", ""], vec!["коробка", "и чек"]),
        ] {
            let before = of_people(&app, topic).len();
            for caption in captions {
                let caption = Some(caption).filter(|caption| !caption.is_empty());
                app.sandbox.customer_sends(anna, Media::Photo, caption, Some(album));
            }
            app.settle().await;
            let seen = &of_people(&app, topic)[before..];
            let told: Vec<&str> = seen.iter().map(|seen| seen.text.as_str()).filter(|text| !text.is_empty()).collect();
            assert_eq!(told, expected, "{seen:#?}");
            assert_eq!(seen.iter().filter(|seen| seen.media.is_some()).count(), 3, "all pictures, in order");
        }
        // Told in a story, they are whole as well.
        app.sandbox.delete_topic(topic);
        app.says(anna, "ау").await;
        let topics = app.sandbox.topics();
        let copies = app.sandbox.topic(topics.last().expect("a new topic").id);
        let captions: Vec<&str> =
            copies.iter().filter(|seen| seen.media.is_some()).map(|seen| seen.text.as_str()).collect();
        assert!(captions.contains(&"паспорт •••• ••••••") && captions.contains(&"ИНН ••••••••••••"), "{captions:?}");
        assert!(captions.contains(&"первая") && captions.contains(&"и чек"), "{captions:?}");
    }

    /// How often the topic tells these words of the bot.
    fn times(app: &App, topic: i64, words: &str) -> usize {
        app.in_topic(topic).iter().map(|text| text.matches(words).count()).sum()
    }

    pub async fn the_topic_shows_what_the_bot_says(db: Db) {
        let app = App::with_limits(db).await;
        let anna = app.customer("Анна").await;
        app.says(anna, "позовите человека").await;
        let topic = app.topic();
        let promised = app.last(anna).text;
        assert_eq!(times(&app, topic, &promised), 1, "in the story, and not again: {:#?}", app.in_topic(topic));
        app.says(anna, "у меня ещё синяя коробка").await;
        let added = app.last(anna).text;
        assert_ne!(added, promised, "the bot has answered");
        in_order(&app.in_topic(topic), &["синяя коробка", &format!("Бот: {added}")]);
        app.press(anna, anna, "Пока спросить бота").await;
        app.says(anna, "где посылка RA123456785RU").await;
        let status = app.last(anna).text;
        assert!(status.contains("RA123456785RU"), "{status}");
        in_order(&app.in_topic(topic), &["где посылка", &format!("Бот: {status}")]);
        let told = app.sandbox.topic(topic).into_iter().rfind(|seen| seen.text.contains(&status)).expect("told");
        assert_eq!(told.stretches("expandable_blockquote").len(), 1, "it looks like nobody's own words: {told:?}");
        let maria = app.sandbox.new_agent("Мария");
        app.agent(maria, topic, "Здравствуйте").await;
        app.press(maria, app.sandbox.desk(), "Решено").await;
        let closing = app.last(anna).text;
        assert_eq!(times(&app, topic, &closing), 1, "{:#?}", app.in_topic(topic));
        app.press(anna, anna, "Да, помогло").await;
        let rating = app.last(anna).text;
        assert_eq!(times(&app, topic, &rating), 1, "{:#?}", app.in_topic(topic));
        app.press(anna, anna, "5 ⭐").await;
        // Everything the customer was told is there, each once.
        for said in app.sandbox.chat(anna).iter().filter(|seen| seen.from_bot && seen.text != "Здравствуйте")
        {
            assert_eq!(times(&app, topic, &said.text), 1, "«{}» in {:#?}", said.text, app.in_topic(topic));
        }
        // What the bot then says to a customer whose ticket is done is its own conversation.
        app.says(anna, "всё хорошо, спасибо").await;
        app.says(anna, "где посылка 1000000017").await;
        assert_eq!(times(&app, topic, "1000000017"), 0, "{:#?}", app.in_topic(topic));
    }

    pub async fn later_words_bring_what_the_bot_said_before_them(db: Db) {
        let app = App::with_limits(db).await;
        let anna = app.customer("Анна").await;
        app.says(anna, "позовите человека").await;
        let (topic, heard) = (app.topic(), app.heard(anna).len());
        // The group has to wait; the customer has not.
        let desk = Some(app.sandbox.desk());
        app.sandbox.fault(Fault::TooManyRequests {
            method: Method::SendMessage,
            chat: desk,
            retry_after: 40,
            times: 1,
        });
        app.sandbox.customer_says(anna, "у меня ещё синяя коробка");
        app.until("an answer", |sandbox| sandbox.chat(anna).iter().filter(|seen| seen.from_bot).count() > heard).await;
        let added = app.last(anna).text;
        app.sandbox.customer_says(anna, "и красная");
        app.settle().await;
        let seen: Vec<Seen> = app.sandbox.topic(topic).into_iter().rev().take(2).collect();
        let texts: Vec<&str> = seen.iter().rev().map(|seen| seen.text.as_str()).collect();
        // It costs no call of its own, and no later words overtake it.
        assert_eq!(texts, ["у меня ещё синяя коробка", &format!("Бот: {added}\nи красная")]);
        let quoted = seen[0].stretches("expandable_blockquote");
        assert_eq!(quoted, [(format!("Бот: {added}"), None)], "and it is not taken for hers");
    }
}
