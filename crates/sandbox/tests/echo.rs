//! A small bot that says again what it was told, written with teloxide as anybody would, against the sandbox.

use otklik_sandbox::{Fault, Method, Options, Sandbox};
use std::time::Duration;
use teloxide::payloads::GetUpdatesSetters;
use teloxide::prelude::Requester;
use teloxide::types::{ChatId, UpdateKind};
use teloxide::{ApiError, Bot, RequestError};
use tokio::task::JoinHandle;

/// A failing test must end; nothing that passes waits for this.
const PATIENCE: Duration = Duration::from_secs(30);

/// A sandbox without limits, and a bot that calls it in the place of Telegram.
async fn begin() -> (Sandbox, Bot) {
    let options = Options { limits: false, ..Options::default() };
    let sandbox = Sandbox::start(options).await.expect("a free port");
    let server = sandbox.url().parse().expect("an address");
    let bot = Bot::new(sandbox.token()).set_api_url(server);
    (sandbox, bot)
}

/// Says again what customers write, until the test drops it. A call that fails leaves the update unconfirmed, so that
/// it comes again.
fn echo(bot: Bot) -> JoinHandle<()> {
    tokio::spawn(async move {
        let mut offset = 0;
        loop {
            let Ok(updates) = bot.get_updates().offset(offset).timeout(10).await else { continue };
            for update in updates {
                if let UpdateKind::Message(message) = &update.kind
                    && let Some(text) = message.text()
                    && bot.send_message(message.chat.id, text).await.is_err()
                {
                    break;
                }
                offset = i32::try_from(update.id.0).expect("an id of Telegram") + 1;
            }
        }
    })
}

/// Waits until a chat has heard these words from the bot, and nothing else.
async fn heard(sandbox: &Sandbox, chat: i64, words: &[&str]) {
    let said = || {
        let seen = sandbox.chat(chat).into_iter();
        seen.filter(|seen| seen.from_bot).map(|seen| seen.text).collect::<Vec<_>>()
    };
    let mut world = sandbox.subscribe();
    let wait = async {
        while said() != words {
            let _ = world.changed().await;
        }
    };
    if tokio::time::timeout(PATIENCE, wait).await.is_err() {
        panic!("the customer heard {:?}, not {words:?}", said());
    }
}

#[tokio::test]
async fn a_customer_writes_and_hears_the_echo() {
    let (sandbox, bot) = begin().await;
    let bot = echo(bot);
    let anna = sandbox.new_customer("Анна");
    sandbox.customer_says(anna, "раз");
    sandbox.customer_says(anna, "два");
    heard(&sandbox, anna, &["раз", "два"]).await;
    bot.abort();
}

#[tokio::test]
async fn what_telegram_refuses_is_refused_in_its_words() {
    let (sandbox, bot) = begin().await;
    let anna = sandbox.new_customer("Анна");
    let refused = async |chat: i64, text: &str| match bot.send_message(ChatId(chat), text).await {
        Err(RequestError::Api(error)) => error,
        other => panic!("expected a refusal: {other:?}"),
    };
    assert_eq!(refused(404, "здравствуйте").await, ApiError::ChatNotFound);
    assert_eq!(refused(anna, &"а".repeat(4097)).await, ApiError::MessageIsTooLong);
    sandbox.customer_says(anna, "/start");
    sandbox.customer_blocks(anna);
    assert_eq!(refused(anna, "здравствуйте").await, ApiError::BotBlocked);
}

#[tokio::test]
async fn a_group_that_was_left_is_no_chat_of_the_bots() {
    let (sandbox, bot) = begin().await;
    let victor = sandbox.new_customer("Виктор");
    let group = sandbox.adds_bot(victor, "Дача");
    let chat = ChatId(group.id());
    let kinds = |updates: Vec<teloxide::types::Update>| -> Vec<&str> {
        let kind = |update: teloxide::types::Update| match update.kind {
            UpdateKind::Message(message) if message.new_chat_members().is_some() => "added",
            UpdateKind::MyChatMember(change) if change.new_chat_member.is_left() => "left",
            UpdateKind::MyChatMember(_) => "member",
            _ => "other",
        };
        updates.into_iter().map(kind).collect()
    };
    let refused = async || match bot.leave_chat(chat).await {
        Err(RequestError::Api(error)) => error.to_string(),
        other => panic!("expected a refusal: {other:?}"),
    };
    bot.send_message(chat, "здравствуйте").await.expect("a member may write");
    bot.leave_chat(chat).await.expect("it may leave");
    assert!(!group.has_bot());
    group.says(victor, None, "он ушёл?");
    assert_eq!(kinds(bot.get_updates().await.expect("updates")), ["added", "member", "left"]);
    assert!(refused().await.contains("not a member"), "nobody leaves twice");
    bot.send_message(chat, "ещё здесь").await.expect_err("it is gone");
    match bot.leave_chat(ChatId(victor)).await {
        Err(RequestError::Api(error)) => assert!(error.to_string().contains("private chats"), "{error}"),
        other => panic!("expected a refusal: {other:?}"),
    }
}

#[tokio::test]
async fn a_server_that_fails_loses_nothing() {
    let (sandbox, bot) = begin().await;
    sandbox.fault(Fault::CutBefore { method: Method::SendMessage, times: 1 });
    let bot = echo(bot);
    let anna = sandbox.new_customer("Анна");
    sandbox.customer_says(anna, "раз");
    heard(&sandbox, anna, &["раз"]).await;
    bot.abort();
}

#[tokio::test]
async fn telegrams_limits_are_kept_up() {
    let sandbox = Sandbox::start(Options::default()).await.expect("a free port");
    let bot = Bot::new(sandbox.token()).set_api_url(sandbox.url().parse().expect("an address"));
    let anna = sandbox.new_customer("Анна");
    sandbox.customer_says(anna, "/start");
    bot.send_message(ChatId(anna), "раз").await.expect("the first message goes out");
    let second = bot.send_message(ChatId(anna), "два").await;
    assert!(matches!(second, Err(RequestError::RetryAfter(_))), "one a second to a person: {second:?}");
}
