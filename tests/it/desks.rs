//! Several desks: tickets find theirs, move from one to another with all that is known, and nothing that happens at one
//! desk disturbs another.

use crate::on_both;

on_both! {
    a_ticket_goes_to_the_desk_that_names_it_or_to_the_least_busy
    a_ticket_moves_with_its_story_and_the_old_topic_says_where
    what_agents_do_in_the_old_topic_reaches_nobody
    what_was_written_while_the_ticket_moved_reaches_nobody
    what_did_not_arrive_is_told_at_the_new_desk
    a_ticket_that_comes_back_finds_its_topic
    a_deleted_old_topic_is_made_anew
    who_comes_back_meets_the_desk_that_had_the_ticket
    a_colleague_at_another_desk_gets_the_ticket_there
    a_flood_at_one_desk_delays_no_other
    one_group_is_upgraded_and_the_others_stay
    a_group_without_topics_beside_one_with
    a_desk_that_is_taken_away_leaves_its_tickets_to_the_first
    desks_may_be_named_in_another_order
    queues_shifts_and_the_lead
    who_leaves_one_group_keeps_what_they_hold_in_another
    who_is_found_outside_one_group_is_on_shift_in_another
    what_agents_say_among_themselves_holds_nobody_up
    check_names_the_desk_and_what_it_lacks
}

mod stories {
    use crate::support::{App, Db, any, in_order};
    use otklik::conversation::{ConversationId, DeskId, DeskInfo, TicketNo};
    use otklik::desk::link;
    use otklik::outbox::Outgoing;
    use otklik::store::NewPost;
    use sandbox::{Fault, Group, Media, Membership, Method, Right, Sandbox, Seen};
    use std::time::{Duration, Instant};

    /// Desks with these names beside «Общая», each taking the intents named; a name that ends in `*` is of a group
    /// without topics.
    async fn with(mut app: App, others: &[(&str, &[&str])]) -> (App, Vec<Group>) {
        app.stop().await;
        app.first.name = "Общая".into();
        let mut groups = vec![app.sandbox.first_group()];
        for (name, intents) in others {
            let (name, plain) = name.strip_suffix('*').map_or((*name, false), |name| (name, true));
            let group = app.sandbox.add_group(name, !plain);
            let intents = intents.iter().map(|intent| (*intent).to_owned()).collect();
            let id = DeskId(group.id());
            app.others.push(DeskInfo { id, name: name.into(), intents, plain, ..DeskInfo::default() });
            groups.push(group);
        }
        app.begin().await;
        (app, groups)
    }

    /// An intent that no customer of these tests has: its desk gets tickets by hand only.
    const BY_HAND: &[&str] = &["customs_duty"];

    async fn two(db: Db) -> (App, Group, Group) {
        let (app, groups) = with(App::start(db).await, &[("Возвраты", BY_HAND)]).await;
        (app, groups[0].clone(), groups[1].clone())
    }

    fn texts(seen: Vec<Seen>) -> Vec<String> {
        seen.into_iter().map(|seen| seen.text).collect()
    }

    /// The only topic of a group.
    fn topic(group: &Group) -> i64 {
        let topics: Vec<_> = group.topics().into_iter().filter(|topic| !topic.deleted).collect();
        assert_eq!(topics.len(), 1, "one topic: {topics:?}");
        topics[0].id
    }

    fn name(group: &Group, topic: i64) -> String {
        group.topics().into_iter().find(|known| known.id == topic).map(|topic| topic.name).unwrap_or_default()
    }

    /// Presses the button with this label on the latest message of a topic that has it.
    async fn press(app: &App, group: &Group, agent: i64, topic: Option<i64>, label: &str) {
        let seen = topic.map_or_else(|| group.general(), |topic| group.topic(topic));
        let button = seen.iter().rev().find_map(|seen| {
            let button = seen.buttons.iter().flatten().find(|button| button.text == label)?;
            Some((seen.id, button.data.clone()?))
        });
        let (message, data) = button.unwrap_or_else(|| panic!("no button «{label}» in {seen:#?}"));
        app.sandbox.press(agent, group.id(), message, &data);
        app.settle().await;
    }

    async fn says(app: &App, group: &Group, agent: i64, topic: i64, text: &str) -> i64 {
        let id = group.says(agent, Some(topic), text);
        app.settle().await;
        id
    }

    /// A customer whose ticket Мария holds at the first desk, and has answered: `(customer, agent, topic)`.
    async fn held(app: &App, first: &Group) -> (i64, i64, i64) {
        let anna = app.customer("Анна").await;
        app.says(anna, "позовите человека").await;
        app.says(anna, "разбили вазу").await;
        let maria = first.new_agent("Мария");
        let here = topic(first);
        says(app, first, maria, here, "Смотрю вашу вазу").await;
        (anna, maria, here)
    }

    /// Where a topic's link leads.
    fn link_to(group: &Group, topic: i64) -> String {
        link(DeskId(group.id()), topic).expect("a supergroup")
    }

    pub async fn a_ticket_goes_to_the_desk_that_names_it_or_to_the_least_busy(db: Db) {
        let others: &[(&str, &[&str])] = &[("Возвраты", &["refund"]), ("English", &[]), ("Ещё одна", &[])];
        let (mut app, groups) = with(App::start(db).await, others).await;
        app.stop().await;
        app.others[1].languages = vec!["en".into()];
        app.begin().await;
        let asks = async |name: &str, language: &str, words: &[&str]| {
            let customer = app.sandbox.new_customer(name);
            app.sandbox.speaks(customer, language);
            for words in words {
                app.says(customer, words).await;
            }
        };
        asks("Анна", "ru", &["верните деньги за заказ", "позовите человека"]).await;
        asks("Boris", "en", &["I want to talk to a person"]).await;
        asks("Вера", "ru", &["позовите человека"]).await;
        asks("Глеб", "ru", &["позовите человека"]).await;
        let names = groups.iter().map(|group| name(group, topic(group))).collect::<Vec<_>>();
        for (at, whose) in names.iter().zip(["Вера", "Анна", "Boris", "Глеб"]) {
            assert!(at.contains(whose), "the named, then the least busy desk: {names:?}");
        }
    }

    pub async fn a_ticket_moves_with_its_story_and_the_old_topic_says_where(db: Db) {
        let (app, first, second) = two(db).await;
        let (anna, maria, old) = held(&app, &first).await;
        let oleg = second.new_agent("Олег");
        second.says(oleg, None, "/on");
        let heard = app.heard(anna).len();
        press(&app, &first, maria, Some(old), "Передать").await;
        press(&app, &first, maria, Some(old), "Возвраты").await;

        let new = topic(&second);
        assert!(name(&second, new).starts_with("🔴 №101 Анна"), "{}", name(&second, new));
        let there = texts(second.topic(new));
        in_order(&there, &["разбили вазу", "Запрос №101"]);
        assert!(any(&there, "Смотрю вашу вазу"), "what was answered is told as well: {there:#?}");
        let card = second.topic(new).into_iter().find(|seen| seen.pinned).expect("a pinned card");
        assert!(card.buttons.iter().flatten().any(|button| button.text == "Взять"), "{card:#?}");
        assert!(card.text.contains("Чья очередь: Олег"), "it is the turn of who is on shift there: {}", card.text);
        assert!(card.text.contains("Обещан ответ"), "who takes it owes an answer of their own: {}", card.text);

        let told = texts(first.topic(old)).pop().expect("a line");
        assert!(told.contains("«Возвраты»") && told.ends_with(&link_to(&second, new)), "{told}");
        assert!(name(&first, old).starts_with("➡️ №101 Анна · Возвраты"), "{}", name(&first, old));
        assert!(first.topics()[0].closed);
        assert_eq!(app.heard(anna).len(), heard, "the customer is spared all that");

        let before = first.topic(old).len();
        app.says(anna, "и ещё чашку").await;
        assert!(any(&texts(second.topic(new)), "и ещё чашку"));
        assert_eq!(first.topic(old).len(), before, "the old desk hears nothing more");
        says(&app, &second, oleg, new, "Здравствуйте, я Олег").await;
        assert_eq!(app.last(anna).text, "Здравствуйте, я Олег");
        // She answers what the first desk had written: here only its beginning tells which it was.
        let vase = app.sandbox.chat(anna).into_iter().find(|seen| seen.text == "Смотрю вашу вазу").expect("it").id;
        app.sandbox.customer_replies(anna, vase, "спасибо за вазу");
        app.settle().await;
        let words = texts(second.topic(new)).pop().expect("her words");
        assert!(words.contains("Смотрю вашу вазу") && words.contains("спасибо за вазу"), "{words}");
    }

    pub async fn what_agents_do_in_the_old_topic_reaches_nobody(db: Db) {
        let (app, first, second) = two(db).await;
        let (anna, maria, old) = held(&app, &first).await;
        let answer = first.topic(old).into_iter().find(|seen| seen.text == "Смотрю вашу вазу").expect("it").id;
        let card = first.topic(old).into_iter().find(|seen| seen.pinned).expect("a card").id;
        says(&app, &first, maria, old, "/to возвр").await;
        let new = topic(&second);
        let (heard, there) = (app.sandbox.chat(anna), second.topic(new).len());
        let told = |n: usize| {
            let texts = texts(first.topic(old));
            let told = texts.iter().filter(|text| text.starts_with("Клиенту ничего не ушло")).count();
            assert_eq!(told, n, "{texts:#?}");
            let last = texts.iter().rfind(|text| text.starts_with("Клиенту ничего не ушло"));
            assert!(last.is_none_or(|text| text.contains("«Возвраты»") && text.ends_with(&link_to(&second, new))));
        };
        told(0);
        says(&app, &first, maria, old, "А вы ещё тут?").await;
        told(1);
        says(&app, &first, maria, old, "// я уже передала").await;
        told(1);
        first.edits(maria, answer, "Смотрю вашу чашку");
        app.settle().await;
        told(2);
        says(&app, &first, maria, old, "/undo").await;
        told(3);
        // An album is a note whichever of its pictures says so, and else is told about once.
        for (album, note) in [("a1", None), ("a2", Some(2)), ("a3", Some(0))] {
            for nth in 0..3 {
                let caption = (note == Some(nth)).then_some("// для архива");
                first.sends(maria, old, Media::Photo, caption, Some(album));
            }
            app.settle().await;
            told(4);
        }
        app.sandbox.press(maria, first.id(), card, "resolve:101");
        app.settle().await;
        assert!(any(&app.sandbox.toasts(maria), "«Возвраты»"), "{:?}", app.sandbox.toasts(maria));
        // Under a message that nobody knows, the number of another desk's ticket says nothing at all.
        let toasts = app.sandbox.toasts(maria).len();
        app.sandbox.press_old(maria, first.id(), 99_999, "take:101");
        app.settle().await;
        let toasts = app.sandbox.toasts(maria).split_off(toasts);
        assert!(toasts.len() == 1 && !any(&toasts, "«Возвраты»"), "{toasts:?}");
        first.reopen_topic(old);
        first.close_topic(old);
        app.settle().await;
        told(4);
        assert_eq!(app.sandbox.chat(anna), heard, "nothing of it reaches the customer, nothing is changed or gone");
        assert_eq!(second.topic(new).len(), there, "nor the new topic");
        assert!(name(&second, new).starts_with("🔴"), "{}", name(&second, new));
    }

    pub async fn what_did_not_arrive_is_told_at_the_new_desk(db: Db) {
        let (app, first, second) = two(db).await;
        let (anna, maria, old) = held(&app, &first).await;
        let refuse = |method, chat: i64, holding: &str, why: &str, times| {
            let (chat, holding, description) = (Some(chat), Some(holding.to_owned()), why.to_owned());
            app.sandbox.fault(Fault::Refuse { method, chat, holding, code: 400, description, times });
        };
        // The line about it waits, for a right of the bot, until the ticket has gone.
        refuse(Method::SendMessage, first.id(), "не дошло", "Bad Request: not enough rights to send text", 1000);
        refuse(Method::CopyMessage, anna, "", "Bad Request: VOICE_MESSAGES_FORBIDDEN", 1);
        first.sends(maria, old, Media::Voice, None, None);
        let refused = |sandbox: &Sandbox| sandbox.calls().iter().filter(|call| call.error.is_some()).count();
        app.until("it is refused, and so is the line about it", |sandbox| refused(sandbox) >= 2).await;
        app.sandbox.customer_says(anna, "ау");
        first.says(maria, Some(old), "/to Возвраты");
        app.until("the ticket is there", |_| !second.topics().is_empty()).await;
        app.settle().await;
        let story = texts(second.topic(topic(&second)));
        in_order(&story, &["до клиента это не дошло"]);
    }

    /// Both desks count their messages from one: what is copied must not be another's message of that number.
    pub async fn what_was_written_while_the_ticket_moved_reaches_nobody(db: Db) {
        let (mut app, first, second) = two(db).await;
        let (anna, maria, old) = held(&app, &first).await;
        let oleg = second.new_agent("Олег");
        for i in 0..20 {
            second.says(oleg, None, &format!("не для клиентов {i}"));
        }
        app.settle().await;
        let heard = app.heard(anna).len();
        app.stop().await;
        first.says(maria, Some(old), "/to Возвраты");
        first.says(maria, Some(old), "и последнее");
        app.begin().await;
        app.settle().await;
        assert_eq!(app.heard(anna).len(), heard, "{:#?}", app.heard(anna));
        assert!(any(&texts(first.topic(old)), "Клиенту ничего не ушло"), "{:#?}", texts(first.topic(old)));
        assert!(name(&second, topic(&second)).starts_with("🔴"), "and nobody has taken it by that");
    }

    pub async fn a_ticket_that_comes_back_finds_its_topic(db: Db) {
        let (app, groups) = with(App::start(db).await, &[("Возвраты", BY_HAND), ("Таможня", BY_HAND)]).await;
        let (first, second, third) = (&groups[0], &groups[1], &groups[2]);
        let (anna, maria, old) = held(&app, first).await;
        let (oleg, inna) = (second.new_agent("Олег"), third.new_agent("Инна"));
        says(&app, first, maria, old, "/to Таможня").await;
        let at_third = topic(third);
        says(&app, third, inna, at_third, "/to Возвраты").await;
        let at_second = topic(second);
        says(&app, second, oleg, at_second, "Это снова к Марии?").await;
        says(&app, second, oleg, at_second, "/to Общая").await;

        assert_eq!(topic(first), old, "the topic she had here is hers again");
        assert!(!first.topics()[0].closed && name(first, old).starts_with("🔴 №101 Анна"), "{}", name(first, old));
        in_order(&texts(first.topic(old)), &["«Таможня»", "Что было до вас", "Запрос №101"]);
        for (group, topic) in [(second, at_second), (third, at_third)] {
            assert!(group.topics()[0].closed, "closed: {:?}", group.topics());
            assert!(name(group, topic).starts_with("➡️"), "{}", name(group, topic));
        }
        let told = texts(second.topic(at_second)).pop().expect("a line");
        assert!(told.ends_with(&link_to(first, old)), "{told}");
        // Whoever writes where it was first or second is told where it is by now.
        says(&app, third, inna, at_third, "Как там дела?").await;
        let told = texts(third.topic(at_third)).pop().expect("a line");
        assert!(told.contains("«Общая»") && told.ends_with(&link_to(first, old)), "{told}");
        says(&app, first, maria, old, "Да, это снова я").await;
        assert_eq!(app.last(anna).text, "Да, это снова я");
        app.says(anna, "очень рада").await;
        assert!(any(&texts(first.topic(old)), "очень рада"));
    }

    pub async fn a_deleted_old_topic_is_made_anew(db: Db) {
        let (app, first, second) = two(db).await;
        let (anna, maria, old) = held(&app, &first).await;
        let oleg = second.new_agent("Олег");
        says(&app, &first, maria, old, "/to Возвраты").await;
        first.delete_topic(old);
        says(&app, &second, oleg, topic(&second), "/to Общая").await;
        let new = topic(&first);
        assert_ne!(new, old);
        in_order(&texts(first.topic(new)), &["разбили вазу", "Запрос №101"]);
        says(&app, &first, maria, new, "Я снова с вами").await;
        assert_eq!(app.last(anna).text, "Я снова с вами");
    }

    pub async fn who_comes_back_meets_the_desk_that_had_the_ticket(db: Db) {
        let (app, first, second) = two(db).await;
        let (anna, maria, old) = held(&app, &first).await;
        let oleg = second.new_agent("Олег");
        says(&app, &first, maria, old, "/to Возвраты").await;
        let new = topic(&second);
        says(&app, &second, oleg, new, "Всё вернули").await;
        press(&app, &second, oleg, Some(new), "Решено").await;
        let before = first.topic(old).len();
        app.press(anna, anna, "Нет, не помогло").await;
        assert!(name(&second, new).starts_with("🔴 №101"), "{}", name(&second, new));
        assert_eq!(first.topic(old).len(), before, "an agent had chosen the other desk");
        assert_eq!((first.topics().len(), second.topics().len()), (1, 1));
    }

    pub async fn a_colleague_at_another_desk_gets_the_ticket_there(db: Db) {
        let (app, first, second) = two(db).await;
        let (anna, maria, old) = held(&app, &first).await;
        let oleg = second.new_agent("Олег");
        second.says(oleg, None, "/on");
        app.settle().await;
        says(&app, &first, maria, old, "/to Олег").await;
        let new = topic(&second);
        assert!(name(&second, new).starts_with("🟡") && name(&second, new).contains("Олег"), "{}", name(&second, new));
        assert!(any(&texts(second.topic(new)), "Олег, вам передали"), "he is called where he works");
        assert!(!any(&texts(first.topic(old)), "Олег, вам передали"));
        assert!(texts(first.topic(old)).pop().is_some_and(|told| told.ends_with(&link_to(&second, new))));
        says(&app, &second, oleg, new, "Это я").await;
        assert_eq!(app.last(anna).text, "Это я");
    }

    pub async fn a_flood_at_one_desk_delays_no_other(db: Db) {
        let (app, groups) = with(App::with_limits(db).await, &[("Возвраты", BY_HAND)]).await;
        let (first, second) = (&groups[0], &groups[1]);
        let (anna, maria, old) = held(&app, first).await;
        // More lines than the sender looks at in one go, all older than what follows.
        let desk = ConversationId::Desk(DeskId(first.id()));
        let line =
            Outgoing::AtDesk {
                text: "наводнение".into(), entities: Vec::new(), buttons: Vec::new(), thread: None
            };
        let body = serde_json::to_string(&line).expect("plain data");
        let store = app.store().await;
        let flood = store.write(move |mut tx| {
            let body = body.clone();
            Box::pin(async move {
                for i in 0..400 {
                    let lane = format!("flood:{i}");
                    let (body, album) = (body.clone(), None);
                    tx.post(&NewPost { conversation: desk, lane, chat: desk, rank: 0, body, due_at: 0, album }, 0)
                        .await?;
                }
                tx.settle().await
            })
        });
        flood.await.expect("the flood is stored");
        first.says(maria, Some(old), "/to Возвраты");
        app.until("the story at the other desk", |_| {
            second.topics().iter().any(|topic| {
                let seen = second.topic(topic.id);
                any(&texts(seen.clone()), "разбили вазу") && seen.iter().any(|seen| seen.pinned)
            })
        })
        .await;
        app.sandbox.customer_says(anna, "ау");
        app.until("her words", |_| any(&texts(second.topic(topic(second))), "ау")).await;
        let flooded = first.general().len();
        assert!(flooded < 100, "the other desk waited for {flooded} lines of this one");
        let refused: Vec<_> = app.sandbox.calls().into_iter().filter(|call| call.error.is_some()).collect();
        assert!(refused.is_empty(), "and Telegram never had to say «too many»: {refused:#?}");
    }

    pub async fn one_group_is_upgraded_and_the_others_stay(db: Db) {
        let (mut app, first, second) = two(db).await;
        let (anna, maria, old) = held(&app, &first).await;
        let boris = app.customer("Борис").await;
        app.says(boris, "позовите человека").await;
        let his = first.topics().pop().expect("his topic").id;
        let oleg = second.new_agent("Олег");
        says(&app, &first, maria, old, "/to Возвраты").await;
        let new = topic(&second);
        let named = second.id();
        second.upgrades();
        assert_ne!(second.id(), named);
        app.says(anna, "слышно?").await;
        app.says(boris, "а меня?").await;
        assert!(any(&texts(second.topic(new)), "слышно?"), "{:#?}", texts(second.topic(new)));
        assert!(any(&texts(first.topic(his)), "а меня?"), "{:#?}", texts(first.topic(his)));
        says(&app, &second, oleg, new, "Слышно").await;
        assert_eq!(app.last(anna).text, "Слышно");
        // The old topic's answers lead to the group of today.
        says(&app, &first, maria, old, "Где она?").await;
        let told = texts(first.topic(old)).pop().expect("a line");
        assert!(told.ends_with(&link_to(&second, new)), "{told}");
        // The owner writes the new id into the settings.
        app.stop().await;
        app.others[0].id = DeskId(second.id());
        app.begin().await;
        app.says(anna, "а теперь?").await;
        assert!(any(&texts(second.topic(new)), "а теперь?"), "it is the same desk");
        says(&app, &second, oleg, new, "И теперь").await;
        assert_eq!(app.last(anna).text, "И теперь");
        assert_eq!((first.topics().len(), second.topics().len()), (2, 1));
    }

    pub async fn a_group_without_topics_beside_one_with(db: Db) {
        let (app, groups) = with(App::start(db).await, &[("Склад*", BY_HAND)]).await;
        let (first, plain) = (&groups[0], &groups[1]);
        let (anna, maria, old) = held(&app, first).await;
        let (oleg, inna) = (plain.new_agent("Олег"), plain.new_agent("Инна"));
        says(&app, first, maria, old, "/to Склад").await;
        let card = plain.general().into_iter().find(|seen| seen.text.starts_with("Запрос №101")).expect("a card");
        assert!(any(&texts(plain.general()), "разбили вазу"), "{:#?}", texts(plain.general()));
        let told = texts(first.topic(old)).pop().expect("a line");
        assert!(told.ends_with(&link_to(plain, card.id)), "the card is where it is: {told}");

        app.says(anna, "это срочно").await;
        let words = plain.general().into_iter().find(|seen| seen.text.ends_with("это срочно")).expect("her words").id;
        let answer = plain.replies(oleg, None, words, "Ищем на полке");
        app.settle().await;
        assert_eq!(app.last(anna).text, "Ищем на полке");
        // A thread of answers goes on, and colleagues have one of their own.
        plain.replies(oleg, None, answer, "Нашли");
        app.settle().await;
        assert_eq!(app.last(anna).text, "Нашли");
        let heard = app.heard(anna).len();
        let chat = plain.says(inna, None, "кто идёт обедать?");
        plain.replies(oleg, None, chat, "я");
        app.settle().await;
        assert_eq!(app.heard(anna).len(), heard);

        plain.replies(oleg, None, words, "/to Общая");
        app.settle().await;
        assert_eq!(topic(first), old);
        let told = texts(plain.general()).pop().expect("a line");
        assert!(told.starts_with("№101 Анна:") && told.ends_with(&link_to(first, old)), "{told}");
        plain.replies(oleg, None, words, "и ещё одно");
        app.settle().await;
        let told = texts(plain.general()).pop().expect("a line");
        assert!(told.contains("Клиенту ничего не ушло") && told.contains("«Общая»"), "{told}");
        assert_eq!(app.heard(anna).len(), heard);
        says(&app, first, maria, old, "Ваза у нас").await;
        assert_eq!(app.last(anna).text, "Ваза у нас");
    }

    pub async fn a_desk_that_is_taken_away_leaves_its_tickets_to_the_first(db: Db) {
        let (mut app, first, second) = two(db).await;
        let (anna, maria, old) = held(&app, &first).await;
        let oleg = second.new_agent("Олег");
        says(&app, &first, maria, old, "/to Возвраты").await;
        says(&app, &second, oleg, topic(&second), "Возврат оформлю завтра").await;
        let heard = app.heard(anna).len();
        app.stop().await;
        app.sandbox.customer_says(anna, "вы обещали!");
        app.others.clear();
        app.begin().await;
        app.settle().await;
        assert_eq!(topic(&first), old, "her topic of before");
        assert!(name(&first, old).starts_with("🔴 №101") && !first.topics()[0].closed, "{}", name(&first, old));
        let here = texts(first.topic(old));
        for part in ["больше нет в настройках", "Возврат оформлю завтра", "вы обещали!"]
        {
            assert!(any(&here, part), "«{part}» is lost: {here:#?}");
        }
        app.sandbox.agent_says_in_general(maria, "/queue");
        app.settle().await;
        assert!(app.in_general().pop().is_some_and(|list| list.contains("№101 Анна")), "{:#?}", app.in_general());
        says(&app, &first, maria, old, "Оформляю сегодня").await;
        assert_eq!(app.last(anna).text, "Оформляю сегодня");
        assert!(app.heard(anna).len() <= heard + 2, "nothing is said of it to her: {:#?}", app.heard(anna));
        assert_eq!((first.topics().len(), second.topics().len()), (1, 1));
    }

    pub async fn desks_may_be_named_in_another_order(db: Db) {
        let (mut app, first, second) = two(db).await;
        let (anna, maria, old) = held(&app, &first).await;
        app.stop().await;
        // As states were when there was one desk.
        app.execute("UPDATE conversations SET state = REPLACE(state, '\"at\":-1002000000001', '\"at\":null')").await;
        let before = DeskInfo { id: DeskId(first.id()), ..app.first.clone() };
        app.first = std::mem::replace(&mut app.others[0], before);
        app.begin().await;
        says(&app, &first, maria, old, "Я всё ещё здесь").await;
        assert_eq!(app.last(anna).text, "Я всё ещё здесь", "{:#?}", texts(first.topic(old)));
        app.says(anna, "хорошо").await;
        assert!(any(&texts(first.topic(old)), "хорошо"));
        assert!(second.topics().is_empty(), "{:?}", second.topics());
    }

    pub async fn queues_shifts_and_the_lead(db: Db) {
        let (app, groups) = with(App::start(db).await, &[("Вторая", &[])]).await;
        let (first, second) = (&groups[0], &groups[1]);
        let (maria, oleg) = (first.new_agent("Мария"), second.new_agent("Олег"));
        second.says(oleg, None, "/on");
        app.settle().await;
        let (anna, boris) = (app.customer("Анна").await, app.customer("Борис").await);
        app.says(anna, "позовите человека").await;
        app.says(boris, "позовите человека").await;
        let (hers, his) = (topic(first), topic(second));
        let offered = |group: &Group, topic| any(&texts(group.topic(topic)), "Чья очередь");
        assert!(!offered(first, hers) && offered(second, his), "a shift is one desk's");
        for (group, agent, own, other) in [(first, maria, "№101 Анна", "№102"), (second, oleg, "№102 Борис", "№101")]
        {
            group.says(agent, None, "/queue");
            app.settle().await;
            let list = texts(group.general()).pop().expect("a list");
            assert!(list.contains(own) && !list.contains(other), "each desk lists its own: {list}");
        }
        says(&app, second, oleg, his, "Ничем не поможем").await;
        press(&app, second, oleg, Some(his), "Решено").await;
        app.press(boris, boris, "Да, помогло").await;
        app.press(boris, boris, "1 ⭐").await;
        let told = texts(first.general()).pop().expect("the lead is told");
        assert!(told.contains(&format!("№{}", TicketNo(102))) && told.contains("Борис"), "at the first desk: {told}");
        assert!(!any(&texts(second.general()), "Низкая оценка"));
    }

    pub async fn who_leaves_one_group_keeps_what_they_hold_in_another(db: Db) {
        let (app, groups) = with(App::start(db).await, &[("Вторая", &[])]).await;
        let (first, second) = (&groups[0], &groups[1]);
        let maria = first.new_agent("Мария");
        second.joins(maria);
        let (anna, boris) = (app.customer("Анна").await, app.customer("Борис").await);
        app.says(anna, "позовите человека").await;
        app.says(boris, "позовите человека").await;
        let (hers, his) = (topic(first), topic(second));
        says(&app, first, maria, hers, "Здравствуйте").await;
        says(&app, second, maria, his, "Здравствуйте").await;
        let member = |status: &str| serde_json::json!({"status": status, "user": {"id": maria, "is_bot": false, "first_name": "Мария"}});
        app.sandbox.raw_update(serde_json::json!({"chat_member": {
            "chat": {"id": first.id(), "type": "supergroup", "title": "Поддержка"}, "date": 1,
            "from": {"id": maria, "is_bot": false, "first_name": "Мария"},
            "old_chat_member": member("member"), "new_chat_member": member("left"),
        }}));
        app.settle().await;
        assert!(name(first, hers).starts_with("🔴"), "{}", name(first, hers));
        assert!(name(second, his).starts_with("🟡"), "she is still here: {}", name(second, his));
    }

    pub async fn who_is_found_outside_one_group_is_on_shift_in_another(db: Db) {
        let (app, first, second) = two(db).await;
        let (_, maria, here) = held(&app, &first).await;
        let oleg = first.new_agent("Олег");
        second.joins(maria);
        second.says(maria, None, "/on");
        first.says(oleg, None, "/on");
        app.settle().await;
        let on_shift = async |group: &Group, agent: &str| {
            group.says(second.new_agent("Лена"), None, "/who");
            app.settle().await;
            texts(group.general()).pop().is_some_and(|who| who.contains(agent))
        };
        // Both are put out of the first group without a word to the bot, and press what they still see.
        app.execute("UPDATE members SET checked_at = 1, seen_at = 0").await;
        let card = first.topic(here).into_iter().find(|seen| seen.pinned).expect("a card").id;
        for agent in [maria, oleg] {
            app.sandbox.agent_becomes_unheard(agent, Membership::Kicked);
            app.sandbox.press(agent, first.id(), card, "resolve:101");
            app.settle().await;
        }
        assert!(name(&first, here).starts_with("🔴"), "{}", name(&first, here));
        assert!(on_shift(&second, "Мария").await, "{:#?}", texts(second.general()));
        assert!(!on_shift(&second, "Олег").await, "he held nothing, and is not there: {:#?}", texts(second.general()));
    }

    pub async fn what_agents_say_among_themselves_holds_nobody_up(db: Db) {
        let (app, first, second) = two(db).await;
        let (anna, maria, old) = held(&app, &first).await;
        let own = first.new_topic(maria, "Курилка");
        let began = Instant::now();
        for i in 0..30 {
            first.says(maria, Some(own), &format!("болтаем {i}"));
        }
        app.sandbox.customer_says(anna, "ау");
        app.until("her words", |_| any(&texts(first.topic(old)), "ау")).await;
        // One second is given to a topic that may have been made this moment, once.
        assert!(began.elapsed() < Duration::from_secs(10), "she waited {:?}", began.elapsed());
        assert!(second.topics().is_empty() && !any(&app.heard(anna), "болтаем"));
    }

    pub async fn check_names_the_desk_and_what_it_lacks(db: Db) {
        let (mut app, first, second) = two(db).await;
        app.stop().await;
        second.bot_may(Right::ManageTopics, false);
        let checked = app.check(&format!("{},{}", first.id(), second.id()));
        let lines: Vec<String> = checked.lines().map(str::to_owned).collect();
        let (good, bad) = (format!("✓ desk {} «№1»", first.id()), format!("✗ desk {} «№2»: 1", second.id()));
        assert!(lines.contains(&good), "{checked}");
        let at = lines.iter().position(|line| *line == bad).unwrap_or_else(|| panic!("{checked}"));
        assert!(lines[at + 1].contains("may not manage topics"), "{checked}");
        // A group that was upgraded is looked at by its id of today.
        second.bot_may(Right::ManageTopics, true);
        let named = format!("{},{}", first.id(), second.id());
        app.begin().await;
        second.upgrades();
        app.settle().await;
        app.stop().await;
        let checked = app.check(&named);
        assert!(checked.lines().filter(|line| line.starts_with("✓ desk")).count() == 2, "{checked}");
    }
}
