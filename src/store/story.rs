//! The table `story`: what was said in each conversation, masked, for the agents who take over.

use super::error::Error;
use super::statements::statements;
use super::tx::Tx;
use crate::conversation::{CustomerId, Kind, MessageId, Speaker};
use crate::desk::StoryLine;
use serde::Serialize;
use sqlx::Row;

statements! {
    /// The newest lines first, so that a limit keeps the end of the story. Of a part of it, only what the topic lacks.
    STORY_SINCE = "SELECT who, name, words, entities, media, message_id, album FROM story \
                   WHERE customer = $1 AND said_at > $2 AND (shown IS NULL OR $2 = 0) \
                   ORDER BY id DESC LIMIT CAST($3 AS BIGINT)";
    LAST_OF_CUSTOMER = "SELECT words FROM story WHERE customer = $1 AND said_at > $2 AND who = 'customer' \
                        ORDER BY id DESC LIMIT 1";
    SHOWN = "UPDATE story SET shown = 1 WHERE id = $1";
    TELL over rows = "INSERT INTO story (id, customer, said_at, who, name, words, entities, media, message_id, album) \
                      SELECT CAST(r->>'id' AS BIGINT), CAST(r->>'customer' AS BIGINT), \
                      CAST(r->>'said_at' AS BIGINT), r->>'who', r->>'name', r->>'words', r->>'entities', r->>'media', \
                      CAST(r->>'message_id' AS BIGINT), r->>'album' FROM rows";
}

/// A row of [`TELL`].
#[derive(Serialize)]
struct LineRow<'a> {
    id: i64,
    customer: CustomerId,
    said_at: i64,
    who: &'static str,
    name: Option<&'a str>,
    words: &'a str,
    entities: Option<String>,
    media: Option<&'static str>,
    message_id: Option<MessageId>,
    album: Option<&'a str>,
}

impl Tx<'_> {
    /// Adds a line to a customer's story, and returns its id. `now` in Unix milliseconds.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn tell(&mut self, customer: CustomerId, line: &StoryLine, now: i64) -> Result<i64, Error> {
        let (who, name) = match &line.who {
            Speaker::Customer => ("customer", None),
            Speaker::Bot => ("bot", None),
            Speaker::Agent(name) => ("agent", Some(name.as_str())),
        };
        let row = LineRow {
            id: self.ids.next(now),
            customer,
            said_at: now,
            who,
            name,
            words: &line.text,
            entities: (!line.entities.is_empty())
                .then(|| serde_json::to_string(&line.entities).expect("entities are plain data")),
            media: line.media.map(|(kind, _)| kind.word()),
            message_id: line.media.map(|(_, message)| message),
            album: line.album.as_deref(),
        };
        self.put_row(TELL, row.id, &row).await?;
        Ok(row.id)
    }

    /// What the customer said last after `since` (Unix milliseconds), masked, if it has been looked at.
    ///
    /// # Errors
    /// If the database cannot be asked.
    pub async fn said_last(&mut self, customer: CustomerId, since: i64) -> Result<Option<String>, Error> {
        let query = self.query(LAST_OF_CUSTOMER).bind(customer.0).bind(since);
        let row = query.fetch_optional(&mut *self.connection).await?;
        Ok(row.map(|row| row.try_get("words")).transpose()?)
    }

    /// This line of a story stands in the customer's topic, after what the topic has been told of the story.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn line_shown(&mut self, line: i64) -> Result<(), Error> {
        self.settle().await?;
        self.query(SHOWN).bind(line).execute(&mut *self.connection).await?;
        Ok(())
    }

    /// The last `limit` lines of a customer's story after `since` (Unix milliseconds), oldest first; all of them since 0,
    /// and else without those that stand in the topic.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn story_since(&mut self, customer: CustomerId, since: i64, limit: i64) -> Result<Vec<StoryLine>, Error> {
        self.settle().await?;
        let rows =
            self.query(STORY_SINCE).bind(customer.0).bind(since).bind(limit).fetch_all(&mut *self.connection).await?;
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
                    // Without its formatting a line is still what was said.
                    entities: row
                        .try_get::<Option<String>, _>("entities")?
                        .and_then(|entities| serde_json::from_str(&entities).ok())
                        .unwrap_or_default(),
                    album: row.try_get("album")?,
                    media: media.zip(message).map(|(kind, id)| (Kind::from_word(&kind), MessageId(id))),
                })
            })
            .collect()
    }
}
