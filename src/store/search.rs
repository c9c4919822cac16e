//! Finding a customer's ticket by what an agent remembers of it, over several tables. Agents search a few times an hour:
//! the looks through whole tables have no index, which every message would have to keep up.

use super::error::Error;
use super::statements::statements;
use super::tx::Tx;
use crate::conversation::{CustomerId, Person, TicketNo};
use serde::Deserialize;
use sqlx::Row;
use sqlx::any::AnyRow;

statements! {
    BY_NO = "SELECT no, customer, name, wish, agent, closed_at FROM tickets WHERE no = $1";
    /// The last ticket of each customer who spoke of a number, or for whom the conversation holds it.
    BY_NUMBER = "SELECT no, customer, name, wish, agent, closed_at FROM tickets WHERE no IN (\
                 SELECT MAX(no) FROM tickets WHERE customer IN (\
                 SELECT customer FROM conversations WHERE state LIKE $1 OR state LIKE $2 \
                 UNION SELECT customer FROM story WHERE words LIKE $3 OR words LIKE $4) \
                 GROUP BY customer) ORDER BY no DESC LIMIT 100";
    /// By an account's name wherever the conversation holds one: an agent's too, so the state itself is asked then.
    BY_USERNAME = "SELECT t.no, t.customer, t.name, t.wish, t.agent, t.closed_at, c.state FROM tickets t \
                   JOIN conversations c ON c.customer = t.customer WHERE t.no IN (\
                   SELECT MAX(no) FROM tickets WHERE customer IN (\
                   SELECT customer FROM conversations WHERE lower(state) LIKE $1 ESCAPE '!') \
                   GROUP BY customer) ORDER BY t.no DESC LIMIT 1000";
    /// By a part of the name in three spellings: a database does not know that «Анна» is «анна».
    BY_NAME = "SELECT no, customer, name, wish, agent, closed_at FROM tickets WHERE no IN (\
               SELECT MAX(no) FROM tickets WHERE name LIKE $1 ESCAPE '!' OR name LIKE $2 ESCAPE '!' \
               OR name LIKE $3 ESCAPE '!' GROUP BY customer) ORDER BY no DESC LIMIT 1000";
}

/// A ticket that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit {
    /// Its number.
    pub no: TicketNo,
    /// The customer whose ticket it is.
    pub customer: CustomerId,
    /// The customer's name, on one line.
    pub name: String,
    /// The id of the intent the customer wanted; `None` when it was not known.
    pub intent: Option<String>,
    /// Whether an agent holds it, or held it when it was done.
    pub taken: bool,
    /// Whether it is done.
    pub closed: bool,
}

fn hit(row: &AnyRow) -> Result<Hit, Error> {
    Ok(Hit {
        no: TicketNo(row.try_get("no")?),
        customer: CustomerId(row.try_get("customer")?),
        name: row.try_get("name")?,
        intent: row.try_get("wish")?,
        taken: row.try_get::<Option<i64>, _>("agent")?.is_some(),
        closed: row.try_get::<Option<i64>, _>("closed_at")?.is_some(),
    })
}

/// Of a conversation's state, the customer's account.
#[derive(Deserialize)]
struct Account {
    customer: Person,
}

impl Tx<'_> {
    /// The ticket of this number, done or not; `None` when there is none.
    ///
    /// # Errors
    /// If the database cannot be asked.
    pub async fn ticket_of_no(&mut self, no: TicketNo) -> Result<Option<Hit>, Error> {
        self.settle().await?;
        let row = self.query(BY_NO).bind(no.0).fetch_optional(&mut *self.connection).await?;
        row.as_ref().map(hit).transpose()
    }

    /// The last ticket of each customer who spoke of this number (capital letters and digits), or whose parcel or phone
    /// it is, the newest first.
    ///
    /// # Errors
    /// If the database cannot be asked.
    pub async fn tickets_of_number(&mut self, number: &str) -> Result<Vec<Hit>, Error> {
        self.settle().await?;
        let held = [format!("%\"{number}\"%"), format!("%\"+{number}\"%")];
        let said = [format!("%{number}%"), format!("%{}%", number.to_lowercase())];
        let query = held.into_iter().chain(said).fold(self.query(BY_NUMBER), |query, pattern| query.bind(pattern));
        query.fetch_all(&mut *self.connection).await?.iter().map(hit).collect()
    }

    /// The last ticket of the customer with this username (small letters, without its sign), or of several where an
    /// account has passed it on.
    ///
    /// # Errors
    /// If the database cannot be asked.
    pub async fn tickets_of_username(&mut self, username: &str) -> Result<Vec<Hit>, Error> {
        self.settle().await?;
        let pattern = format!("%\"username\":\"{}\"%", username.replace('_', "!_"));
        let rows = self.query(BY_USERNAME).bind(pattern).fetch_all(&mut *self.connection).await?;
        let mut hits = Vec::new();
        for row in &rows {
            let state: String = row.try_get("state")?;
            let own = serde_json::from_str::<Account>(&state).ok().and_then(|state| state.customer.username);
            if own.is_some_and(|own| own.eq_ignore_ascii_case(username)) {
                hits.push(hit(row)?);
            }
        }
        Ok(hits)
    }

    /// The last ticket of each customer whose name has this word in it, perhaps within another: small letters, ё as е.
    ///
    /// # Errors
    /// If the database cannot be asked.
    pub async fn tickets_of_name(&mut self, word: &str) -> Result<Vec<Hit>, Error> {
        self.settle().await?;
        let mut letters = word.chars();
        let first = letters.next().map(|first| first.to_uppercase().collect::<String>()).unwrap_or_default();
        let spellings = [word.to_owned(), first + letters.as_str(), word.to_uppercase()];
        let query = spellings.into_iter().fold(self.query(BY_NAME), |query, word| query.bind(pattern(&word)));
        query.fetch_all(&mut *self.connection).await?.iter().map(hit).collect()
    }
}

/// A pattern for texts with this word in them, whose е may be a ё.
fn pattern(word: &str) -> String {
    let letter = |c: char| match c {
        'е' | 'Е' => "_".to_owned(),
        '%' | '_' | '!' => format!("!{c}"),
        c => c.to_string(),
    };
    format!("%{}%", word.chars().map(letter).collect::<String>())
}
