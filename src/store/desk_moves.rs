//! The table `desk_moves`: desks that Telegram gave a new id. A group that was upgraded has a new one; the owner's
//! setting still names the old.

use super::access::Store;
use super::error::Error;
use super::statements::statements;
use super::tx::Tx;
use crate::conversation::DeskId;
use sqlx::Row;
use std::sync::PoisonError;

statements! {
    MOVE_DESK = "INSERT INTO desk_moves (old_desk, new_desk) VALUES ($1, $2) \
                 ON CONFLICT (old_desk) DO UPDATE SET new_desk = excluded.new_desk";
    MOVED_DESKS = "SELECT old_desk, new_desk FROM desk_moves";
}

impl Store {
    /// Reads again which desks were upgraded: another replica may have learned it.
    ///
    /// # Errors
    /// If the database cannot be asked.
    pub async fn reload_moves(&self) -> Result<(), Error> {
        let rows = self.query(MOVED_DESKS).fetch_all(&self.reads).await?;
        let moves = rows.iter().map(|row| Ok((DeskId(row.try_get("old_desk")?), DeskId(row.try_get("new_desk")?))));
        let moves = moves.collect::<Result<_, Error>>()?;
        *self.moves.write().unwrap_or_else(PoisonError::into_inner) = moves;
        Ok(())
    }

    /// The id that a desk has today, as far as this replica has read.
    pub fn current_desk(&self, configured: DeskId) -> DeskId {
        let moves = self.moves.read().unwrap_or_else(PoisonError::into_inner);
        let mut desk = configured;
        // A group is upgraded once; the bound is against a row that names itself.
        for _ in 0..8 {
            match moves.get(&desk) {
                Some(new) => desk = *new,
                None => break,
            }
        }
        desk
    }

    /// Every id by which this desk is known: the present one and those of before, by one of which the owner may name it.
    pub fn ids_of(&self, desk: DeskId) -> Vec<DeskId> {
        let now = self.current_desk(desk);
        let known: Vec<DeskId> = self.moves.read().unwrap_or_else(PoisonError::into_inner).keys().copied().collect();
        known.into_iter().filter(|old| *old != now && self.current_desk(*old) == now).chain([now]).collect()
    }

    /// A desk has a new id: its topics and what waits to be sent to it follow.
    ///
    /// # Errors
    /// If the database fails; nothing has moved then.
    pub async fn move_desk(&self, old: DeskId, new: DeskId) -> Result<(), Error> {
        self.write(move |mut tx| Box::pin(async move { tx.desk_moved(old, new).await })).await?;
        self.moves.write().unwrap_or_else(PoisonError::into_inner).insert(old, new);
        Ok(())
    }
}

impl Tx<'_> {
    async fn desk_moved(&mut self, old: DeskId, new: DeskId) -> Result<(), Error> {
        self.topics_moved(old, new).await?;
        self.posts_moved(old, new).await?;
        self.query(MOVE_DESK).bind(old.0).bind(new.0).execute(&mut *self.connection).await?;
        Ok(())
    }
}
