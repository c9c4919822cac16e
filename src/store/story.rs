//! The story of each conversation.

use super::error::Error;
use super::statements as sql;
use super::tx::Tx;
use crate::conversation::{CustomerId, Kind, MessageId, Speaker};
use crate::desk::StoryLine;
use serde_json::json;
use sqlx::Row;

impl Tx<'_> {
    /// Adds a line to a customer's story. `now` in Unix milliseconds.
    pub async fn tell(&mut self, customer: CustomerId, line: &StoryLine, now: i64) -> Result<(), Error> {
        let (who, name) = match &line.who {
            Speaker::Customer => ("customer", None),
            Speaker::Bot => ("bot", None),
            Speaker::Agent(name) => ("agent", Some(name.as_str())),
        };
        let id = self.ids.next(now);
        let (kind, message) = (line.media.map(|(kind, _)| kind.word()), line.media.map(|(_, message)| message.0));
        let row = json!([id, customer.0, now, who, name, line.text, kind, message, line.album]);
        self.put_row(|gathered| &mut gathered.story, self.dialect.rows().tell, row).await
    }

    /// The last `limit` lines after `since` (Unix milliseconds), oldest first.
    pub async fn story_since(&mut self, customer: CustomerId, since: i64, limit: i64) -> Result<Vec<StoryLine>, Error> {
        self.settle().await?;
        let rows = sqlx::query(sql::STORY_SINCE)
            .bind(customer.0)
            .bind(since)
            .bind(limit)
            .fetch_all(&mut *self.connection)
            .await?;
        rows.iter()
            .rev()
            .map(|row| {
                let who: String = row.try_get("who")?;
                let name: Option<String> = row.try_get("name")?;
                let media: Option<String> = row.try_get("media")?;
                let message: Option<i64> = row.try_get("message_id")?;
                Ok(StoryLine {
                    who: match who.as_str() {
                        "customer" => Speaker::Customer,
                        "agent" => Speaker::Agent(name.unwrap_or_default()),
                        _ => Speaker::Bot,
                    },
                    text: row.try_get("words")?,
                    album: row.try_get("album")?,
                    media: media.zip(message).map(|(kind, id)| (Kind::from_word(&kind), MessageId(id))),
                })
            })
            .collect()
    }
}
