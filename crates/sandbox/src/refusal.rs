//! How the stand-in says no: an error answer of the Bot API.

use serde_json::{Value, json};

/// A call that was not carried out, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub code: u16,
    pub description: String,
    pub parameters: Option<Value>,
}

impl Refusal {
    /// 400: the call itself is wrong.
    pub fn bad(what: impl AsRef<str>) -> Refusal {
        Refusal::new(400, format!("Bad Request: {}", what.as_ref()))
    }

    /// 403: the person does not want to hear from the bot.
    pub fn forbidden(what: &str) -> Refusal {
        Refusal::new(403, format!("Forbidden: {what}"))
    }

    /// 409: somebody else receives the updates.
    pub fn conflict(what: &str) -> Refusal {
        Refusal::new(409, format!("Conflict: {what}"))
    }

    /// 429: too fast; how many seconds to wait.
    pub fn too_many(retry_after: i64) -> Refusal {
        Refusal {
            parameters: Some(json!({ "retry_after": retry_after })),
            ..Refusal::new(429, format!("Too Many Requests: retry after {retry_after}"))
        }
    }

    /// 400: the chat has another id by now.
    pub fn migrated(to: i64) -> Refusal {
        Refusal {
            parameters: Some(json!({ "migrate_to_chat_id": to })),
            ..Refusal::bad("group chat was upgraded to a supergroup chat")
        }
    }

    /// Any other answer of the kind.
    pub fn new(code: u16, description: impl Into<String>) -> Refusal {
        Refusal { code, description: description.into(), parameters: None }
    }

    /// The body of the answer.
    pub fn body(&self) -> Value {
        let mut body = json!({
            "ok": false,
            "error_code": self.code,
            "description": self.description,
        });
        if let Some(parameters) = &self.parameters {
            body["parameters"] = parameters.clone();
        }
        body
    }
}
