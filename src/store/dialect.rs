//! What differs between the two databases, and only here.

use sqlx::SqlSafeStr;
use sqlx::migrate::{Migration, MigrationType, Migrator};

/// A database we know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dialect {
    /// One file, one process that runs the bot.
    Sqlite,
    /// A server, and as many replicas as one likes.
    Postgres,
}

/// What SQLite is told when a connection opens.
const SQLITE: &[&str] = &[
    // Readers go on while one writes.
    "PRAGMA journal_mode = WAL",
    // NORMAL may lose the last commits when the power fails.
    "PRAGMA synchronous = FULL",
    // A backup tool may hold the file for a moment.
    "PRAGMA busy_timeout = 5000",
    "PRAGMA foreign_keys = ON",
    // Two megabytes for each of five connections: what is asked for again and again is little, and the machine's own
    // cache holds the file.
    "PRAGMA cache_size = -2000",
    // The log is put into the file beside the writing (`Store::checkpoint`), so that no customer waits for it; the
    // writer does it itself only if it has grown to 64 MB all the same.
    "PRAGMA wal_autocheckpoint = 16384",
    "PRAGMA journal_size_limit = 67108864",
];

/// What PostgreSQL is told when a connection opens.
const POSTGRES: &[&str] = &[
    // Each statement sees what was committed before it: conversations are claimed by locks, and what is read after a
    // lock is what the last holder left. Anything stricter would only make transactions fail that need not.
    "SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL READ COMMITTED",
    // No statement of ours takes a second; one that hangs must not hang its replica.
    "SET statement_timeout = '20s'",
    "SET lock_timeout = '5s'",
    // A replica that stands still in a transaction (a frozen machine) holds conversations: it is cut off.
    "SET idle_in_transaction_session_timeout = '10s'",
    // A replica whose machine is gone is noticed in seconds, and its transaction undone.
    "SET tcp_keepalives_idle = 3",
    "SET tcp_keepalives_interval = 2",
    "SET tcp_keepalives_count = 3",
];

/// The migrations, compiled in: `migrations/`, one line each here. The last one's number is the generation of this
/// version: raise it (with an empty migration, if need be) when rows hold what an older version cannot read.
const MIGRATIONS: &[(i64, &str, &str, &str)] = &[
    (1, "first light", include_str!("../../migrations/0001_first_light.sql"), ""),
    (2, "solved to the end", include_str!("../../migrations/0002_solved_to_the_end.sql"), ""),
    (3, "the desk", include_str!("../../migrations/0003_the_desk.sql"), ""),
    (
        4,
        "many machines",
        include_str!("../../migrations/0004_many_machines.sql"),
        include_str!("../../migrations/0004_postgres.sql"),
    ),
    (5, "what was refused", include_str!("../../migrations/0005_what_was_refused.sql"), ""),
    (6, "words with their formatting", include_str!("../../migrations/0006_words_with_their_formatting.sql"), ""),
    (7, "the card", include_str!("../../migrations/0007_the_card.sql"), ""),
    (8, "seen agents", include_str!("../../migrations/0008_seen_agents.sql"), ""),
    (9, "phones", include_str!("../../migrations/0009_phones.sql"), ""),
    (11, "members", include_str!("../../migrations/0011_members.sql"), ""),
    (12, "former topics", include_str!("../../migrations/0012_former_topics.sql"), ""),
    (13, "parts", include_str!("../../migrations/0013_parts.sql"), ""),
    (14, "shown", include_str!("../../migrations/0014_shown.sql"), ""),
    (15, "words before", include_str!("../../migrations/0015_words_before.sql"), ""),
    (16, "audit", include_str!("../../migrations/0016_audit.sql"), ""),
    (17, "outcomes", include_str!("../../migrations/0017_outcomes.sql"), ""),
    (18, "cause", include_str!("../../migrations/0018_cause.sql"), ""),
    (19, "silent", include_str!("../../migrations/0019_silent.sql"), ""),
];

/// The generation of this version's tables and rows.
pub(super) const GENERATION: i64 = MIGRATIONS[MIGRATIONS.len() - 1].0;

impl Dialect {
    /// Which database an address names.
    pub fn of(url: &str) -> Dialect {
        if url.starts_with("sqlite:") { Dialect::Sqlite } else { Dialect::Postgres }
    }

    /// What a new connection is told.
    pub fn session(self) -> &'static [&'static str] {
        match self {
            Dialect::Sqlite => SQLITE,
            Dialect::Postgres => POSTGRES,
        }
    }

    /// What a new connection is told that only reads.
    pub fn reading_session(self) -> &'static [&'static str] {
        match self {
            Dialect::Sqlite => &["PRAGMA busy_timeout = 5000", "PRAGMA query_only = ON"],
            Dialect::Postgres => &["SET default_transaction_read_only = on", "SET statement_timeout = '60s'"],
        }
    }

    /// Begins a transaction. IMMEDIATE takes SQLite's write lock at once instead of failing half way.
    pub fn begin(self) -> &'static str {
        match self {
            Dialect::Sqlite => "BEGIN IMMEDIATE",
            Dialect::Postgres => "BEGIN",
        }
    }

    /// Whether several processes may write.
    pub fn is_shared(self) -> bool {
        match self {
            Dialect::Sqlite => false,
            Dialect::Postgres => true,
        }
    }

    /// What brings the tables up to date. What a newer version has added is left alone: old and new work side by side
    /// while the one takes the other's place.
    pub fn migrations(self) -> Migrator {
        let migration = |(version, name, common, postgres): (i64, &'static str, &'static str, &'static str)| {
            let text = match self {
                Dialect::Sqlite => common.into_sql_str(),
                Dialect::Postgres => sqlx::AssertSqlSafe(format!("{common}{postgres}")).into_sql_str(),
            };
            Migration::new(version, name.into(), MigrationType::Simple, text, false)
        };
        let mut migrator = Migrator::with_migrations(MIGRATIONS.iter().copied().map(migration).collect::<Vec<_>>());
        migrator.set_ignore_missing(true);
        migrator
    }
}
