//! The client: typed requests out, tolerant JSON in.

use super::lack::{Lack, lacking};
use crate::clock;
use crate::conversation::DeskId;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize, Serializer};
use serde_json::Value;
use serde_json::value::RawValue;
use std::time::Duration;
use teloxide::payloads::{GetChat, GetChatAdministrators, GetChatMember, GetMe};
use teloxide::requests::{JsonRequest, MultipartPayload, MultipartRequest, Payload};
use teloxide::types::{ChatId, InputFile, UserId};
use teloxide::{Bot, RequestError};

/// How long a poll stays open: below the 17 s after which the HTTP client gives up.
const POLL_SECONDS: u32 = 10;

/// Between two looks at a token that Telegram does not know.
const TOKEN_PAUSE: Duration = Duration::from_millis(500);

/// The kinds of updates we read; Telegram keeps the others.
const KINDS: [&str; 5] = ["message", "edited_message", "callback_query", "my_chat_member", "chat_member"];

/// Telegram's Bot API, or another server that speaks it.
#[derive(Clone)]
pub struct Api {
    bot: Bot,
    /// The part of the token before the colon.
    bot_id: String,
}

/// The bot as Telegram knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Me {
    /// Its username, without the sign.
    pub username: String,
    /// Whether it may be added to groups, as its owner has told @BotFather.
    pub joins_groups: bool,
}

/// What went wrong with a call.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Problem {
    /// The address of the Bot API server is not one. It is not shown: it may hold a password.
    #[error("TELOXIDE_API_URL is not a URL such as http://127.0.0.1:8081")]
    Url,
    /// Telegram does not know the token.
    #[error("Telegram does not accept the token: check TELOXIDE_TOKEN, or get a new one from @BotFather with /token")]
    Token,
    /// Telegram does not take the webhook.
    #[error("Telegram does not take the webhook {url}: {why}; check OTKLIK_WEBHOOK_URL")]
    Webhook {
        /// The address that was to be set.
        url: String,
        /// Why not, in Telegram's words.
        why: String,
    },
    /// Another call failed: refused by Telegram, or Telegram was not reached.
    #[error("{0}")]
    Call(RequestError),
}

impl From<RequestError> for Problem {
    fn from(error: RequestError) -> Self {
        match error {
            RequestError::Api(teloxide::ApiError::InvalidToken) => Problem::Token,
            other => Problem::Call(other),
        }
    }
}

/// A payload of teloxide's with an answer that is read as raw JSON.
#[derive(Clone, Serialize)]
#[serde(transparent)]
struct Tolerant<P>(P);

impl<P: Payload> Payload for Tolerant<P> {
    type Output = Value;
    const NAME: &'static str = P::NAME;
}

impl<P: MultipartPayload> MultipartPayload for Tolerant<P> {
    fn copy_files(&self, into: &mut dyn FnMut(InputFile)) {
        self.0.copy_files(into);
    }

    fn move_files(&mut self, into: &mut dyn FnMut(InputFile)) {
        self.0.move_files(into);
    }
}

#[derive(Clone, Serialize)]
struct GetRawUpdates {
    #[serde(skip_serializing_if = "Option::is_none")]
    offset: Option<i64>,
    timeout: u32,
    allowed_updates: [&'static str; 5],
}

impl Payload for GetRawUpdates {
    type Output = Vec<Value>;
    const NAME: &'static str = "GetUpdates";
}

#[derive(Clone, Debug, Serialize)]
struct SetRawWebhook {
    url: String,
    #[serde(serialize_with = "exposed")]
    secret_token: SecretString,
    allowed_updates: [&'static str; 5],
}

impl Payload for SetRawWebhook {
    type Output = Value;
    const NAME: &'static str = "SetWebhook";
}

/// A secret on its way to Telegram.
fn exposed<S: Serializer>(secret: &SecretString, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(secret.expose_secret())
}

/// The updates of an answer of which one cannot be read (nested too deep, a torn letter). Of that one only its
/// id is left, so that it can be stepped over.
fn one_by_one(raw: &str) -> Option<Vec<Value>> {
    #[derive(Deserialize)]
    struct Answer<'a> {
        #[serde(borrow)]
        result: Vec<&'a RawValue>,
    }
    let answer: Answer<'_> = serde_json::from_str(raw).ok()?;
    Some(answer.result.into_iter().filter_map(|update| tolerant(update.get())).collect())
}

/// An update; only its id, if the rest of it cannot be read.
pub(super) fn tolerant(raw: &str) -> Option<Value> {
    #[derive(Deserialize, Serialize)]
    struct Id {
        update_id: i64,
    }
    match serde_json::from_str::<Value>(raw) {
        Ok(update) => update.is_object().then_some(update),
        Err(_) => serde_json::to_value(serde_json::from_str::<Id>(raw).ok()?).ok(),
    }
}

impl Api {
    /// A client for `token`, at Telegram itself (`None`) or at another server. Nothing is sent yet.
    ///
    /// # Errors
    /// When `server` is not a URL.
    pub fn new(token: &SecretString, server: Option<&SecretString>) -> Result<Api, Problem> {
        let token = token.expose_secret();
        let bot = Bot::new(token);
        let bot = match server {
            Some(url) => {
                let url: reqwest::Url = url.expose_secret().parse().map_err(|_| Problem::Url)?;
                // «anna:word@host» is a URL as well, of which no other can be made.
                let serves = matches!(url.scheme(), "http" | "https") && url.has_host();
                bot.set_api_url(if serves { url } else { return Err(Problem::Url) })
            }
            None => bot,
        };
        let bot_id = token.split(':').next().unwrap_or_default().to_owned();
        Ok(Api { bot, bot_id })
    }

    /// The bot's own id, which its token begins with.
    pub(super) fn bot_id(&self) -> &str {
        &self.bot_id
    }

    /// The whole token: never shown.
    pub(super) fn token(&self) -> &str {
        self.bot.token()
    }

    /// Has updates brought to `url`, with `secret` shown. What waits stays.
    pub(super) async fn set_webhook(&self, url: &str, secret: &SecretString) -> Result<(), RequestError> {
        let payload = SetRawWebhook { url: url.into(), secret_token: secret.clone(), allowed_updates: KINDS };
        JsonRequest::new(self.bot.clone(), payload).await?;
        Ok(())
    }

    /// How the webhook is.
    pub(super) async fn webhook_info(&self) -> Result<Value, RequestError> {
        self.call(teloxide::payloads::GetWebhookInfo::new()).await
    }

    /// Makes a call and returns what Telegram answered.
    pub(super) async fn call<P>(&self, payload: P) -> Result<Value, RequestError>
    where
        P: Payload + Serialize + Clone + Send + 'static,
    {
        JsonRequest::new(self.bot.clone(), Tolerant(payload)).await
    }

    /// Makes a call that brings a file.
    pub(super) async fn call_with_file<P>(&self, payload: P) -> Result<Value, RequestError>
    where
        P: MultipartPayload + Serialize + Clone + Send + 'static,
    {
        MultipartRequest::new(self.bot.clone(), Tolerant(payload)).await
    }

    /// Updates from `offset` on; earlier ones are thereby confirmed, and without an offset none is. If there is none and
    /// `patient`, it is waited for.
    pub(super) async fn updates(&self, offset: Option<i64>, patient: bool) -> Result<Vec<Value>, RequestError> {
        let timeout = if patient { POLL_SECONDS } else { 0 };
        let payload = GetRawUpdates { offset, timeout, allowed_updates: KINDS };
        match JsonRequest::new(self.bot.clone(), payload).await {
            // One update that cannot be read must not keep the others back.
            Err(RequestError::InvalidJson { source, raw }) => {
                one_by_one(&raw).ok_or(RequestError::InvalidJson { source, raw })
            }
            other => other,
        }
    }

    /// Leaves a webhook that was set before, which would keep polls from getting anything. What waits stays.
    ///
    /// # Errors
    /// When Telegram does not know the token, refuses, or cannot be reached.
    pub async fn leave_webhook(&self) -> Result<(), Problem> {
        self.call(teloxide::payloads::DeleteWebhook::new()).await?;
        Ok(())
    }

    /// The bot's own username, without the sign: shows that the token is good.
    ///
    /// # Errors
    /// When Telegram does not know the token, refuses, or cannot be reached.
    pub async fn username(&self) -> Result<String, Problem> {
        Ok(self.me().await?.username)
    }

    /// Looks whether Telegram knows the token. That it does not is believed when it says so several times in a row: once
    /// may be a hiccup of a proxy.
    ///
    /// # Errors
    /// [`Problem::Token`] alone: a Telegram that is not reached says nothing against the token.
    pub async fn token_is_known(&self) -> Result<(), Problem> {
        for pause in [TOKEN_PAUSE, TOKEN_PAUSE, Duration::ZERO] {
            match self.me().await {
                Err(Problem::Token) => clock::sleep(pause).await,
                Ok(_) | Err(_) => return Ok(()),
            }
        }
        Err(Problem::Token)
    }

    /// The bot itself.
    ///
    /// # Errors
    /// When Telegram does not know the token, refuses, or cannot be reached.
    pub async fn me(&self) -> Result<Me, Problem> {
        let me = self.call(GetMe::new()).await?;
        let username = me["username"].as_str().unwrap_or("?").to_owned();
        Ok(Me { username, joins_groups: me["can_join_groups"] != false })
    }

    /// Whether a group has topics; `None` when that cannot be told just now.
    pub async fn has_topics(&self, desk: DeskId) -> Option<bool> {
        let chat = self.call(GetChat::new(ChatId(desk.0))).await.ok()?;
        Some(chat["is_forum"] == true)
    }

    /// What a desk lacks to be one: rights of the bot, topics.
    pub async fn missing_at_desk(&self, desk: DeskId) -> Vec<Lack> {
        let (chat, member) = match self.chat_and_own_membership(desk).await {
            Ok(known) => known,
            Err(RequestError::MigrateToChatId(new)) => return vec![Lack::Moved(DeskId(new.0))],
            Err(RequestError::Api(refused)) => return vec![Lack::Unseen(refused.to_string())],
            Err(error) => return vec![Lack::Unreached(error.to_string())],
        };
        // A bot that may not see the administrators is told of that by its own rights.
        let all = GetChatAdministrators::new(ChatId(desk.0));
        let all = self.call(all).await.unwrap_or_default();
        lacking(&chat, &member, &all)
    }

    /// A group, and how the bot stands in it (`Chat`, `ChatMember`).
    pub(super) async fn chat_and_own_membership(&self, group: DeskId) -> Result<(Value, Value), RequestError> {
        let id = ChatId(group.0);
        let chat = self.call(GetChat::new(id)).await?;
        let me = self.call(GetMe::new()).await?["id"].as_u64().unwrap_or_default();
        let member = self.call(GetChatMember::new(id, UserId(me))).await?;
        Ok((chat, member))
    }
}

#[cfg(test)]
mod tests {
    use super::{KINDS, SetRawWebhook, one_by_one};

    #[test]
    fn the_webhooks_secret_is_sent_and_not_shown() {
        let payload =
            SetRawWebhook { url: "https://a.example".into(), secret_token: "s3cret".into(), allowed_updates: KINDS };
        assert!(!format!("{payload:?}").contains("s3cret"));
        assert_eq!(serde_json::to_value(&payload).expect("plain data")["secret_token"], "s3cret");
    }

    #[test]
    fn an_update_that_cannot_be_read_is_stepped_over_alone() {
        let deep = format!("{}1{}", "[".repeat(200), "]".repeat(200));
        let raw = format!(
            r#"{{"ok":true,"result":[{{"update_id":1,"x":{deep}}},{{"update_id":2,"x":"\ud800"}},{{"update_id":3,"message":{{}}}}]}}"#
        );
        let updates = one_by_one(&raw).expect("the answer itself is sound");
        let ids: Vec<i64> = updates.iter().filter_map(|update| update["update_id"].as_i64()).collect();
        assert_eq!(ids, [1, 2, 3]);
        assert!(updates[0].get("x").is_none() && updates[2].get("message").is_some());
    }
}
