//! The table `pushes`: signed messages of the carrier that were taken, so that one sent again by a listener on the way is
//! refused.

use crate::store::error::Error;
use crate::store::statements::statements;
use crate::store::tx::Tx;

statements! {
    PUSHED = "INSERT INTO pushes (signature, at) VALUES ($1, $2) ON CONFLICT (signature) DO NOTHING";
    FORGET_PUSHES = "DELETE FROM pushes WHERE at < $1";
}

/// How long a push is remembered, in milliseconds: a day, well over the minutes for which its signature is good.
const PUSHES_KNOWN: i64 = 24 * 60 * 60 * 1000;

impl Tx<'_> {
    /// Remembers a push by its signature; `false` if it was taken before. `now` in Unix milliseconds.
    pub(super) async fn push_is_new(&mut self, signature: &str, now: i64) -> Result<bool, Error> {
        let query = self.query(PUSHED).bind(signature).bind(now);
        if query.execute(&mut *self.connection).await?.rows_affected() == 0 {
            return Ok(false);
        }
        // One that is older is refused for its age already.
        self.query(FORGET_PUSHES).bind(now - PUSHES_KNOWN).execute(&mut *self.connection).await?;
        Ok(true)
    }
}
