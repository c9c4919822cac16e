//! What a statement is, and how the file of a table declares its own.
//!
//! The compiler cannot check SQL under `Any`, so a test prepares every statement on both databases
//! ([`super::prepared`]). None can be left out: only a [`Statement`] becomes a query (`tests/it/house.rs` holds that no
//! other file says `sqlx::query`), only [`statements!`] makes one, and the list that it makes beside them is called
//! unused by the compiler until `prepared` names it.
//!
//! Both databases take one text, but for the few that are marked. A limit is always cast: SQLite plans a statement anew
//! each time a bare parameter of LIMIT is given a value.

use super::dialect::Dialect;
use sqlx::any::{Any, AnyArguments};

/// A statement whose parameters are to be bound.
pub(super) type Query<'q> = sqlx::query::Query<'q, Any, AnyArguments>;

/// A statement as each database takes it.
#[derive(Clone, Copy)]
pub(super) struct Statement {
    /// Its file and its constant.
    name: &'static str,
    sqlite: &'static str,
    postgres: &'static str,
    /// The one database that is asked this, if it is one.
    only: Option<Dialect>,
}

impl Statement {
    /// For [`statements!`]: one text for both databases, or for `only` one.
    pub const fn new(name: &'static str, text: &'static str, only: Option<Dialect>) -> Statement {
        Statement { name, sqlite: text, postgres: text, only }
    }

    /// For [`statements!`]: a text for each database.
    pub const fn of_each(name: &'static str, sqlite: &'static str, postgres: &'static str) -> Statement {
        Statement { name, sqlite, postgres, only: None }
    }

    /// Its file and its constant, unlike those of any other.
    pub fn name(self) -> &'static str {
        self.name
    }

    /// Whether this database is ever asked it.
    pub fn is_for(self, dialect: Dialect) -> bool {
        self.only.is_none_or(|only| only == dialect)
    }

    /// The text that this database takes.
    pub fn text(self, dialect: Dialect) -> &'static str {
        match dialect {
            Dialect::Sqlite => self.sqlite,
            Dialect::Postgres => self.postgres,
        }
    }

    /// The statement as this database takes it, to be run.
    pub fn query<'q>(self, dialect: Dialect) -> Query<'q> {
        sqlx::query(self.text(dialect))
    }
}

/// Declares the statements of a file as constants, and lists them for the test that prepares all.
///
/// - `NAME = "…";` is asked of both databases, `NAME on Postgres = "…";` of that one.
/// - `NAME over rows = "…";` is asked with any number of rows at once. Its one parameter is a JSON array with an object
///   a row; the text reads them from the table `rows`, whose one column `r` is a row's object, with `r->>'field'`. («WHERE
///   true» parts that table from «ON CONFLICT», which SQLite would take for a condition of a join.)
macro_rules! statements {
    (@one $name:ident, $sql:expr) => {
        statements!(@plain $name, $sql, None)
    };
    (@one $name:ident, on $only:ident, $sql:expr) => {
        statements!(@plain $name, $sql, Some($crate::store::dialect::Dialect::$only))
    };
    (@one $name:ident, over rows, $sql:expr) => {
        $crate::store::statements::Statement::of_each(
            concat!(module_path!(), "::", stringify!($name)),
            concat!("WITH rows (r) AS (SELECT value FROM json_each($1)) ", $sql),
            concat!("WITH rows (r) AS (SELECT value FROM json_array_elements(CAST(CAST($1 AS TEXT) AS JSON))) ", $sql),
        )
    };
    (@plain $name:ident, $sql:expr, $only:expr) => {
        $crate::store::statements::Statement::new(concat!(module_path!(), "::", stringify!($name)), $sql, $only)
    };
    ($($(#[$doc:meta])* $name:ident $(on $only:ident)? $(over $rows:ident)? = $sql:expr;)*) => {
        $(
            $(#[$doc])*
            const $name: $crate::store::statements::Statement =
                statements!(@one $name, $(on $only,)? $(over $rows,)? $sql);
        )*
        /// All statements of this file.
        pub(in crate::store) const STATEMENTS: &[$crate::store::statements::Statement] = &[$($name),*];
    };
}
pub(super) use statements;

/// How far ahead a moment can lie to which something was put off, in milliseconds. Nothing is put off by more than a
/// minute; what lies further ahead than two was put off by a clock that was wrong, and is due now.
macro_rules! furthest_ahead {
    () => {
        120000
    };
}
pub(super) use furthest_ahead;

/// The condition that what was put off to `$moment` is due at `$now`, both Unix milliseconds. It stands alone or within
/// brackets.
macro_rules! due {
    ($moment:literal, $now:literal) => {
        concat!(
            $moment,
            " <= ",
            $now,
            " OR ",
            $moment,
            " > ",
            $now,
            " + ",
            $crate::store::statements::furthest_ahead!()
        )
    };
}
pub(super) use due;

/// The opposite of [`due!`].
macro_rules! not_due {
    ($moment:literal, $now:literal) => {
        concat!(
            $moment,
            " > ",
            $now,
            " AND ",
            $moment,
            " <= ",
            $now,
            " + ",
            $crate::store::statements::furthest_ahead!()
        )
    };
}
pub(super) use not_due;
