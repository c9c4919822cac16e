//! What can go wrong with the database, and whose fault it is.

use std::path::PathBuf;
use std::sync::Arc;

/// What can go wrong with the database. Cloned to everybody whose work shared a commit.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Error {
    /// The database refused a statement, or cannot be reached.
    #[error("the database failed: {0}")]
    Database(Arc<sqlx::Error>),
    /// The database took too long; nothing is known to be stored.
    #[error("the database took too long over a commit")]
    TimedOut,
    /// The work panicked; nothing of it was stored.
    #[error("the work panicked; nothing of it was stored")]
    Panicked,
    /// The work was not begun, because something before it failed; nothing of it was stored.
    #[error("the database could not begin the work; nothing of it was stored")]
    NotTaken,
    /// The store's task has ended.
    #[error("the store has ended")]
    Closed,
    /// The database could not be opened.
    #[error("cannot open the database {url}: {source}; check DATABASE_URL and that its folder is writable")]
    Open {
        /// Its address, without a password.
        url: String,
        /// What the driver said.
        source: Arc<sqlx::Error>,
    },
    /// The tables are of an older version, and the command changes none.
    #[error(
        "the database {url} is of an older version of otklik: `otklik run` of this version brings it up to date; start it \
         once"
    )]
    Older {
        /// Its address, without a password.
        url: String,
    },
    /// There is no database where an existing one was wanted; none was made.
    #[error(
        "there is no database {file}, and none was made: is this the folder the bot runs in? Another one is named by \
         --config, --database or DATABASE_URL", file = .file.display()
    )]
    Missing {
        /// The file that is not there.
        file: PathBuf,
    },
    /// A row holds what we cannot read.
    #[error("cannot read {what} in the database: {why}")]
    Unreadable {
        /// What the row holds, as the words after «cannot read».
        what: &'static str,
        /// What is wrong with it.
        why: String,
    },
}

impl Error {
    /// Whether the same work may succeed later as it is: the database was gone, busy or full, or somebody else was
    /// quicker. What is not passing is the work's own fault.
    pub fn is_passing(&self) -> bool {
        match self {
            Error::TimedOut | Error::NotTaken | Error::Closed | Error::Open { .. } => true,
            Error::Panicked | Error::Missing { .. } | Error::Older { .. } | Error::Unreadable { .. } => false,
            Error::Database(error) => match &**error {
                sqlx::Error::Database(refused) => refused.code().is_none_or(|code| !blames_the_work(&code)),
                sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_) | sqlx::Error::Encode(_) => false,
                _ => true,
            },
        }
    }
}

/// Whether an error's code says that a statement or its values are wrong. PostgreSQL: classes 21, 22, 23 and 42 of its
/// documentation, appendix A. SQLite (<https://sqlite.org/rescode.html>, the primary code is the low byte): ERROR 1,
/// TOOBIG 18, CONSTRAINT 19, MISMATCH 20, RANGE 25.
fn blames_the_work(code: &str) -> bool {
    if code.len() == 5 {
        return ["21", "22", "23", "42"].iter().any(|class| code.starts_with(class));
    }
    code.parse::<u32>().is_ok_and(|code| matches!(code & 0xff, 1 | 18 | 19 | 20 | 25))
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        Error::Database(Arc::new(error))
    }
}

#[cfg(test)]
mod tests {
    use super::{Error, blames_the_work};

    #[test]
    fn only_statements_and_values_are_the_works_own_fault() {
        // PostgreSQL: an unknown letter, a key that is there already, no such table; SQLite: the same, and a trigger.
        for code in ["22021", "23505", "42P01", "1", "19", "1555", "2067", "1811", "20"] {
            assert!(blames_the_work(code), "{code}");
        }
        // A deadlock, a lock, a full disk, a restart, a broken connection; SQLite busy, locked, full, a failed write.
        for code in ["40P01", "55P03", "53100", "57P01", "08006", "25P02", "5", "6", "13", "10", "261", "778", "what"] {
            assert!(!blames_the_work(code), "{code}");
        }
        assert!(Error::TimedOut.is_passing() && Error::NotTaken.is_passing());
        assert!(Error::from(sqlx::Error::PoolTimedOut).is_passing());
        assert!(!Error::Panicked.is_passing());
    }
}
