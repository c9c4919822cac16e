//! Every statement of the house. Static texts for both databases; the compiler cannot check them under
//! `Any`, so a test prepares each on both.
//!
//! A limit is always cast: SQLite plans a statement anew each time a bare parameter of LIMIT is given a value.

/// Declares the statements as constants and lists them all for the test.
macro_rules! statements {
    ($($(#[$doc:meta])* $name:ident = $sql:literal;)*) => {
        $($(#[$doc])* pub(in crate::store) const $name: &str = $sql;)*
        /// All of them, by name.
        pub(in crate::store) const ALL: &[(&str, &str)] = &[$((stringify!($name), $name),)*];
    };
}

statements! {
    /// Of those that may be worked on: who waits for the carrier, or for another try, does not count. No try is put
    /// off by more than a minute: what seems to be was put off by a clock that was wrong.
    EVENTS_WAIT = "SELECT i.id FROM inbox i LEFT JOIN holds h ON h.customer = i.customer \
                   WHERE i.done_at IS NULL AND (h.until IS NULL OR h.until <= $1 OR h.until > $1 + 120000) \
                   AND (i.rank < 0 OR NOT EXISTS (SELECT 1 FROM questions q WHERE q.customer = i.customer)) LIMIT 1";
    HOLD = "INSERT INTO holds (customer, tries, until) VALUES ($1, $2, $3) \
            ON CONFLICT (customer) DO UPDATE SET tries = excluded.tries, until = excluded.until";
    TRIES = "SELECT tries FROM holds WHERE customer = $1";
    LET_GO = "DELETE FROM holds WHERE customer = $1";
    SET_ASIDE = "SELECT id, customer, received_at, problem FROM inbox WHERE problem IS NOT NULL ORDER BY id";
    WORK_AGAIN = "UPDATE inbox SET done_at = NULL, problem = NULL WHERE id = $1 AND problem IS NOT NULL";
    FORGET_EVENT = "UPDATE inbox SET problem = NULL WHERE id = $1 AND problem IS NOT NULL";
    /// Of the oldest few thousand by primary key: no further index is kept up with every event, and a look that finds
    /// nothing old enough costs as little as one that does.
    THIN_INBOX = "DELETE FROM inbox WHERE id IN (SELECT id FROM (SELECT id, done_at, problem FROM inbox ORDER BY id \
                  LIMIT 5000) AS oldest WHERE done_at < $1 AND problem IS NULL LIMIT CAST($2 AS BIGINT))";
    THIN_WISHES = "DELETE FROM wishes WHERE id IN (SELECT id FROM (SELECT id, at FROM wishes ORDER BY id LIMIT 5000) \
                   AS oldest WHERE at < $1 LIMIT CAST($2 AS BIGINT))";
    THIN_OUTBOX = "DELETE FROM outbox WHERE id IN (SELECT id FROM (SELECT id, done_at, dead_at FROM outbox ORDER BY id \
                   LIMIT 5000) AS oldest WHERE done_at < $1 AND dead_at IS NULL LIMIT CAST($2 AS BIGINT))";

    STATE_OF = "SELECT state FROM conversations WHERE customer = $1";

    LAST_TICKET = "SELECT value FROM counters WHERE name = 'ticket'";
    SET_LAST_TICKET = "UPDATE counters SET value = $1 WHERE name = 'ticket'";

    /// The newest lines first, so that a limit keeps the end of the story.
    STORY_SINCE = "SELECT who, name, words, media, message_id, album FROM story \
                   WHERE customer = $1 AND said_at > $2 ORDER BY id DESC LIMIT CAST($3 AS BIGINT)";

    /// Due later than now, so no call for it is under way.
    OPEN_ALBUM = "SELECT id, body FROM outbox WHERE lane = $1 AND album = $2 AND done_at IS NULL AND due_at > $3 \
                  ORDER BY id DESC LIMIT 1";
    WAITING_ROWS = "SELECT id, body FROM outbox WHERE lane = $1 AND done_at IS NULL ORDER BY id";
    SET_BODY = "UPDATE outbox SET body = $2 WHERE id = $1 AND done_at IS NULL";
    COPIED = "INSERT INTO copies (from_chat, from_message, to_chat, to_message) VALUES ($1, $2, $3, $4) \
              ON CONFLICT (from_chat, from_message, to_chat) DO UPDATE SET to_message = excluded.to_message";
    COPY_OF = "SELECT to_message AS message FROM copies WHERE from_chat = $1 AND from_message = $2 AND to_chat = $3";
    /// A number below zero stands for no message of people.
    ORIGINAL_OF = "SELECT from_message AS message FROM copies \
                   WHERE to_chat = $1 AND to_message = $2 AND from_chat = $3 AND from_message > 0";
    /// Whose a message of a plain desk is: one that came from a customer, or an answer that went to one.
    WHOSE_MESSAGE = "SELECT from_chat AS customer FROM copies WHERE to_chat = $1 AND to_message = $2 AND from_chat > 0 \
                     UNION SELECT to_chat AS customer FROM copies WHERE from_chat = $1 AND from_message = $2 \
                     AND to_chat > 0";

    FACE_OF = "SELECT name, body, shown_name, shown_body, card FROM faces WHERE customer = $1";
    SET_FACE = "INSERT INTO faces (customer, name, body) VALUES ($1, $2, $3) \
                ON CONFLICT (customer) DO UPDATE SET name = excluded.name, body = excluded.body";
    SHOWN_NAME = "UPDATE faces SET shown_name = $2 WHERE customer = $1";
    SHOWN_BODY = "UPDATE faces SET shown_body = $2, card = COALESCE($3, card) WHERE customer = $1";
    FORGET_SHOWN = "UPDATE faces SET shown_name = NULL, shown_body = NULL, card = NULL WHERE customer = $1";
    ABANDON_LANE = "UPDATE outbox SET done_at = $2, problem = $3 WHERE lane = $1 AND done_at IS NULL";
    /// The first of each lane, if it is due: an earlier one that waits holds back the lane behind it. Nothing is put off
    /// by more than a minute: what seems to be due later than that was put off by a clock that was wrong. What can wait
    /// is held back by words of the same customer that came before it: a card never overtakes them.
    HEADS = "SELECT o.id, o.customer, o.lane, o.chat, o.rank, o.body, o.attempts FROM outbox o \
             WHERE o.done_at IS NULL AND o.at_desk = $1 AND (o.due_at <= $2 OR o.due_at > $2 + 120000) \
             AND NOT EXISTS (SELECT 1 FROM outbox p WHERE p.lane = o.lane AND p.done_at IS NULL \
                             AND p.id < o.id) \
             AND (o.rank <= 0 OR NOT EXISTS (SELECT 1 FROM outbox w WHERE w.customer = o.customer \
                  AND w.done_at IS NULL AND w.at_desk = o.at_desk AND w.rank = 0 AND w.id < o.id)) \
             ORDER BY o.rank, o.id LIMIT CAST($3 AS BIGINT)";
    NEXT_DUE = "SELECT due_at FROM outbox WHERE done_at IS NULL AND due_at > $1 AND due_at <= $1 + 120000 \
                ORDER BY due_at LIMIT 1";
    POSTPONED = "UPDATE outbox SET due_at = $2, attempts = attempts + 1, problem = $3 WHERE id = $1";
    NEEDLESS = "UPDATE outbox SET done_at = $2, problem = $3 WHERE id = $1 AND done_at IS NULL";
    DEAD = "UPDATE outbox SET done_at = $2, dead_at = $2, problem = $3 WHERE id = $1 AND done_at IS NULL";
    DEAD_LANE = "UPDATE outbox SET done_at = $2, dead_at = $2, problem = $3 WHERE lane = $1 AND done_at IS NULL";
    DEAD_LETTERS = "SELECT id, customer, chat, body, dead_at, attempts, problem FROM outbox \
                    WHERE dead_at IS NOT NULL ORDER BY id";
    SEND_AGAIN = "UPDATE outbox SET done_at = NULL, dead_at = NULL, problem = NULL, attempts = 0, due_at = $2 \
                  WHERE id = $1 AND dead_at IS NOT NULL";
    DROP_LETTER = "UPDATE outbox SET dead_at = NULL WHERE id = $1 AND dead_at IS NOT NULL";
    PAUSE = "INSERT INTO pauses (chat, until, length) VALUES ($1, $2, $3) \
             ON CONFLICT (chat) DO UPDATE SET until = excluded.until, length = excluded.length";
    PAUSES = "SELECT chat, CASE WHEN until - $1 < length THEN until - $1 ELSE length END AS rest FROM pauses \
              WHERE until > $1";
    FORGET_PAUSES = "DELETE FROM pauses WHERE until <= $1";

    LEASE = "SELECT holder, beat FROM leases WHERE name = $1";
    /// Mine already, given back, or seen to stand still.
    TAKE_LEASE = "INSERT INTO leases (name, holder, beat) VALUES ($1, $2, 1) \
                  ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, beat = leases.beat + 1 \
                  WHERE leases.holder = excluded.holder OR leases.holder = '' \
                  OR (leases.holder = $3 AND leases.beat = $4)";
    GIVE_LEASE_BACK = "UPDATE leases SET holder = '' WHERE name = $1 AND holder = $2";
    BEAT = "INSERT INTO replicas (id, generation, beat) VALUES ($1, $2, 1) \
            ON CONFLICT (id) DO UPDATE SET beat = replicas.beat + 1";
    REPLICAS = "SELECT id, generation, beat FROM replicas";
    FORGET_REPLICA = "DELETE FROM replicas WHERE id = $1";
    SENT_SINCE = "SELECT chat, done_at FROM outbox WHERE at_desk = $1 AND done_at > $2 ORDER BY done_at";
    /// In one statement, so that nothing slips from one table to the next between two looks.
    ANYTHING_WAITS = "SELECT id FROM inbox WHERE done_at IS NULL UNION ALL \
                      SELECT id FROM outbox WHERE done_at IS NULL UNION ALL \
                      SELECT id FROM questions UNION ALL \
                      SELECT customer AS id FROM timers WHERE due_at <= $1 LIMIT 1";

    NOTHING = "SELECT 1";

    TOPIC_OF = "SELECT desk, thread FROM topics WHERE customer = $1";
    WHOSE_TOPIC = "SELECT customer FROM topics WHERE desk = $1 AND thread = $2";
    NEWEST_TOPIC = "SELECT MAX(thread) AS thread FROM topics WHERE desk = $1";
    SET_TOPIC = "INSERT INTO topics (customer, desk, thread) VALUES ($1, $2, $3) \
                 ON CONFLICT (customer) DO UPDATE SET desk = excluded.desk, thread = excluded.thread";
    FORGET_TOPIC = "DELETE FROM topics WHERE customer = $1 AND thread = $2";
    MOVE_TOPICS = "UPDATE topics SET desk = $2 WHERE desk = $1";
    MOVE_OUTBOX = "UPDATE outbox SET chat = $2 WHERE chat = $1 AND done_at IS NULL";
    MOVE_DESK = "INSERT INTO desk_moves (old_desk, new_desk) VALUES ($1, $2) \
                 ON CONFLICT (old_desk) DO UPDATE SET new_desk = excluded.new_desk";
    MOVED_DESKS = "SELECT old_desk, new_desk FROM desk_moves";

    ASK = "INSERT INTO questions (id, customer, number, asked_at, body) VALUES ($1, $2, $3, $4, $5)";
    OLDEST_QUESTIONS = "SELECT id, customer, number, body FROM questions ORDER BY id LIMIT CAST($1 AS BIGINT)";
    ANSWERED = "DELETE FROM questions WHERE id = $1";

    PARCEL = "SELECT status, place, planned, since, phone, link, offer_state, offer_arrived, offer_checking_since, \
              offer_wrong_entries, order_state, order_sum, order_delivered, refund_reference, refund_asked, \
              refund_state FROM parcels WHERE number = $1";
    /// Status, place and planned day are replaced; of the rest, what is not named stays.
    PUT_PARCEL = "INSERT INTO parcels (number, status, place, planned, since, phone, link, offer_state, \
                  offer_arrived, offer_checking_since, offer_wrong_entries, order_state, order_sum, \
                  order_delivered, refund_reference, refund_asked, refund_state) \
                  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17) \
                  ON CONFLICT (number) DO UPDATE SET status = excluded.status, place = excluded.place, \
                  planned = excluded.planned, since = COALESCE(excluded.since, parcels.since), \
                  phone = COALESCE(excluded.phone, parcels.phone), link = COALESCE(excluded.link, parcels.link), \
                  offer_state = COALESCE(excluded.offer_state, parcels.offer_state), \
                  offer_arrived = COALESCE(excluded.offer_arrived, parcels.offer_arrived), \
                  offer_checking_since = COALESCE(excluded.offer_checking_since, parcels.offer_checking_since), \
                  offer_wrong_entries = COALESCE(excluded.offer_wrong_entries, parcels.offer_wrong_entries), \
                  order_state = COALESCE(excluded.order_state, parcels.order_state), \
                  order_sum = COALESCE(excluded.order_sum, parcels.order_sum), \
                  order_delivered = COALESCE(excluded.order_delivered, parcels.order_delivered), \
                  refund_reference = COALESCE(excluded.refund_reference, parcels.refund_reference), \
                  refund_asked = COALESCE(excluded.refund_asked, parcels.refund_asked), \
                  refund_state = COALESCE(excluded.refund_state, parcels.refund_state)";
    ADD_HISTORY = "INSERT INTO parcel_history (id, number, at, status, place) VALUES ($1, $2, $3, $4, $5)";
    HISTORY = "SELECT at, status, place FROM parcel_history WHERE number = $1 ORDER BY id";
    FOLLOWERS = "SELECT customer FROM followers WHERE number = $1 ORDER BY customer";
    FOLLOW = "INSERT INTO followers (number, customer) VALUES ($1, $2) ON CONFLICT (number, customer) DO NOTHING";
    UNFOLLOW = "DELETE FROM followers WHERE number = $1 AND customer = $2";
    PUSHED = "INSERT INTO pushes (signature, at) VALUES ($1, $2) ON CONFLICT (signature) DO NOTHING";
    FORGET_PUSHES = "DELETE FROM pushes WHERE at < $1";
    CHANGE_BY_KEY = "SELECT answer FROM changes WHERE key = $1";
    ADD_CHANGE = "INSERT INTO changes (key, number, change, answer, at) VALUES ($1, $2, $3, $4, $5)";
    CHANGES_SINCE = "SELECT at, number, change, answer FROM changes WHERE at > $1 ORDER BY at";
    COUNT_REFERENCE = "UPDATE counters SET value = value + 1 WHERE name = 'reference'";
    LAST_REFERENCE = "SELECT value FROM counters WHERE name = 'reference'";

    NEXT_TIMER = "SELECT due_at FROM timers ORDER BY due_at LIMIT 1";
    DUE_TIMERS = "SELECT customer, name, due_at FROM timers WHERE due_at <= $1 ORDER BY due_at LIMIT CAST($2 AS BIGINT)";
    SET_TIMER = "INSERT INTO timers (customer, name, due_at) VALUES ($1, $2, $3) \
                 ON CONFLICT (customer, name) DO UPDATE SET due_at = excluded.due_at";
    TIMER_FIRED = "DELETE FROM timers WHERE customer = $1 AND name = $2 AND due_at = $3";
    PROMISE = "INSERT INTO promises (id, customer, what, owner, made_at, due_at) VALUES ($1, $2, $3, $4, $5, $6)";
    PROMISE_TAKEN = "UPDATE promises SET owner = $3 WHERE customer = $1 AND what = $2 AND ended_at IS NULL";
    PROMISE_ENDED = "UPDATE promises SET outcome = $3, ended_at = $4 \
                     WHERE customer = $1 AND what = $2 AND ended_at IS NULL";
    PROMISES_SINCE = "SELECT what, outcome FROM promises WHERE made_at > $1 ORDER BY id";
    FEEDBACK = "INSERT INTO feedback (id, customer, about, choice, words, at) VALUES ($1, $2, $3, $4, $5, $6)";
    FEEDBACK_SINCE = "SELECT about, choice, CAST(COUNT(id) AS BIGINT) AS count FROM feedback WHERE at > $1 \
                      GROUP BY about, choice ORDER BY about, choice";

    OPEN_TICKETS = "SELECT no, customer, name, desk, wish, urgent, mood, opened_at, promised_at, agent, agent_name, \
                    snoozed, answered_at FROM tickets WHERE closed_at IS NULL ORDER BY no";
    PUT_TICKET = "INSERT INTO tickets (no, customer, name, desk, wish, urgent, mood, opened_at, promised_at, agent, \
                  agent_name, snoozed, answered_at) \
                  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) \
                  ON CONFLICT (no) DO UPDATE SET name = excluded.name, desk = excluded.desk, wish = excluded.wish, \
                  urgent = excluded.urgent, mood = excluded.mood, opened_at = excluded.opened_at, \
                  promised_at = excluded.promised_at, agent = excluded.agent, agent_name = excluded.agent_name, \
                  snoozed = excluded.snoozed, closed_at = NULL, \
                  answered_at = CASE WHEN excluded.answered_at IS NULL OR tickets.answered_at IS NULL \
                  THEN excluded.answered_at ELSE tickets.answered_at END";
    CLOSE_TICKET = "UPDATE tickets SET closed_at = $2 WHERE no = $1";
    HELD_BY = "SELECT customer FROM tickets WHERE agent = $1 AND closed_at IS NULL ORDER BY no";
    WAITS_SINCE = "SELECT answered_at - opened_at AS waited FROM tickets WHERE answered_at > $1 ORDER BY 1";
    AGENTS = "SELECT id, desk, name, username, offered_at FROM agents ORDER BY came_at, id";
    AGENT_ON = "INSERT INTO agents (id, desk, name, username, came_at) VALUES ($1, $2, $3, $4, $5) \
                ON CONFLICT (id) DO UPDATE SET desk = excluded.desk, name = excluded.name, \
                username = excluded.username";
    AGENT_OFF = "DELETE FROM agents WHERE id = $1";
    AGENT_OFFERED = "UPDATE agents SET offered_at = $2 WHERE id = $1";
    /// Enough to know whether there are so many: of a flood no more is read than that.
    MANY_WISH = "SELECT CAST(COUNT(customer) AS BIGINT) AS count FROM \
                 (SELECT DISTINCT customer FROM wishes WHERE intent = $1 AND at > $2 LIMIT CAST($3 AS BIGINT)) AS askers";
    COUNT_WISHES = "SELECT CAST(COUNT(DISTINCT customer) AS BIGINT) AS count FROM wishes \
                    WHERE intent = $1 AND at > $2";
    PROPOSE = "INSERT INTO proposals (id, customer, ticket, language, utterance, intent, at, stands) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, 'open') \
               ON CONFLICT (ticket) DO UPDATE SET intent = excluded.intent, utterance = excluded.utterance, \
               stands = 'open'";
    PROPOSALS = "SELECT id, language, utterance, intent FROM proposals WHERE stands = $1 ORDER BY id LIMIT CAST($2 AS BIGINT)";
    PROPOSAL_STANDS = "UPDATE proposals SET stands = $2, reason = $3 WHERE id = $1";
    ASKERS = "SELECT DISTINCT customer FROM wishes WHERE intent = $1 AND at > $2 ORDER BY customer";
    /// What is known already. Asked first, because the next statement locks its row even if it changes nothing: in a
    /// flood replicas would wait for each other with every message, and in a circle.
    INCIDENT_KNOWN = "SELECT intent FROM incidents WHERE intent = $1 \
                      AND (told_at > $2 OR (opened_at IS NOT NULL AND closed_at IS NULL))";
    /// One line each time many ask, not one for each of them.
    INCIDENT_SEEN = "INSERT INTO incidents (intent, told_at) VALUES ($1, $2) \
                     ON CONFLICT (intent) DO UPDATE SET told_at = excluded.told_at \
                     WHERE incidents.told_at <= $3 AND (incidents.opened_at IS NULL OR incidents.closed_at IS NOT NULL)";
    OPEN_INCIDENT = "INSERT INTO incidents (intent, told_at, opened_at, words) VALUES ($1, $2, $2, $3) \
                     ON CONFLICT (intent) DO UPDATE SET opened_at = excluded.opened_at, closed_at = NULL, \
                     words = excluded.words";
    CLOSE_INCIDENT = "UPDATE incidents SET closed_at = $2 WHERE intent = $1 AND opened_at IS NOT NULL \
                      AND closed_at IS NULL";
    INCIDENTS = "SELECT intent, words, opened_at FROM incidents WHERE opened_at IS NOT NULL AND closed_at IS NULL \
                 ORDER BY intent";

    /// Ids are made in Rust and must go on from the greatest there is.
    GREATEST_ID = "SELECT MAX(id) AS id FROM (SELECT MAX(id) AS id FROM inbox UNION ALL \
                   SELECT MAX(id) AS id FROM outbox UNION ALL SELECT MAX(id) AS id FROM story UNION ALL \
                   SELECT MAX(id) AS id FROM questions UNION ALL \
                   SELECT MAX(id) AS id FROM wishes UNION ALL SELECT MAX(id) AS id FROM proposals UNION ALL SELECT MAX(id) AS id FROM promises UNION ALL \
                   SELECT MAX(id) AS id FROM parcel_history UNION ALL SELECT MAX(id) AS id FROM feedback) AS ids";
}

/// What is asked with any number of rows at once: the one parameter is a JSON array with an array a row. The databases
/// differ only in how they take it apart.
pub(super) mod rows {
    /// The statements, each as one database takes it.
    pub(in crate::store) struct Rows {
        /// Events for the inbox. A second delivery of the same event changes nothing.
        pub put_events: &'static str,
        /// Events that are done with, and what was wrong with those that were set aside.
        pub events_done: &'static str,
        /// Of these conversations, those that there are.
        pub states_of: &'static str,
        /// What conversations are from now on.
        pub set_states: &'static str,
        /// Lines of stories.
        pub tell: &'static str,
        /// Who asked for what.
        pub wished: &'static str,
        /// Rows for the outbox.
        pub post: &'static str,
        /// Rows of the outbox that were sent.
        pub sent: &'static str,
    }

    /// The statements over `$rows`, a table whose column `v` is one row's array. («WHERE true» parts the table from
    /// «ON CONFLICT», which SQLite would take for a condition of a join.)
    macro_rules! over {
        ($rows:literal) => {
            Rows {
                put_events: concat!(
                    "INSERT INTO inbox (id, source, customer, body, received_at, rank) \
                     SELECT CAST(v->>0 AS BIGINT), v->>1, CAST(v->>2 AS BIGINT), v->>3, CAST(v->>4 AS BIGINT), \
                     CAST(v->>5 AS BIGINT) FROM ",
                    $rows,
                    " WHERE true ON CONFLICT (source) DO NOTHING"
                ),
                events_done: concat!(
                    "UPDATE inbox SET done_at = d.at, problem = d.problem FROM (SELECT CAST(v->>0 AS BIGINT) AS id, \
                     CAST(v->>1 AS BIGINT) AS at, v->>2 AS problem FROM ",
                    $rows,
                    ") AS d WHERE inbox.id = d.id"
                ),
                states_of: concat!(
                    "SELECT customer, state FROM conversations WHERE customer IN (SELECT CAST(v->>0 AS BIGINT) FROM ",
                    $rows,
                    ")"
                ),
                set_states: concat!(
                    "INSERT INTO conversations (customer, state, changed_at) \
                     SELECT CAST(v->>0 AS BIGINT), v->>1, CAST(v->>2 AS BIGINT) FROM ",
                    $rows,
                    " WHERE true ON CONFLICT (customer) \
                     DO UPDATE SET state = excluded.state, changed_at = excluded.changed_at"
                ),
                tell: concat!(
                    "INSERT INTO story (id, customer, said_at, who, name, words, media, message_id, album) \
                     SELECT CAST(v->>0 AS BIGINT), CAST(v->>1 AS BIGINT), CAST(v->>2 AS BIGINT), v->>3, v->>4, v->>5, \
                     v->>6, CAST(v->>7 AS BIGINT), v->>8 FROM ",
                    $rows
                ),
                wished: concat!(
                    "INSERT INTO wishes (id, customer, intent, at) \
                     SELECT CAST(v->>0 AS BIGINT), CAST(v->>1 AS BIGINT), v->>2, CAST(v->>3 AS BIGINT) FROM ",
                    $rows
                ),
                post: concat!(
                    "INSERT INTO outbox (id, customer, lane, chat, at_desk, rank, body, due_at, album) \
                     SELECT CAST(v->>0 AS BIGINT), CAST(v->>1 AS BIGINT), v->>2, CAST(v->>3 AS BIGINT), \
                     CAST(v->>4 AS BIGINT), CAST(v->>5 AS BIGINT), v->>6, CAST(v->>7 AS BIGINT), v->>8 FROM ",
                    $rows
                ),
                sent: concat!(
                    "UPDATE outbox SET done_at = s.at, message_id = s.message FROM (SELECT CAST(v->>0 AS BIGINT) AS id, \
                     CAST(v->>1 AS BIGINT) AS at, CAST(v->>2 AS BIGINT) AS message FROM ",
                    $rows,
                    ") AS s WHERE outbox.id = s.id AND outbox.done_at IS NULL"
                ),
            }
        };
    }

    pub(in crate::store) const SQLITE: Rows = over!("(SELECT value AS v FROM json_each($1)) AS rows");
    pub(in crate::store) const POSTGRES: Rows =
        over!("json_array_elements(CAST(CAST($1 AS TEXT) AS JSON)) AS rows (v)");

    impl Rows {
        /// All of them, by name.
        pub fn all(&self) -> [(&'static str, &'static str); 8] {
            let Rows { put_events, events_done, states_of, set_states, tell, wished, post, sent } = *self;
            [
                ("put_events", put_events),
                ("events_done", events_done),
                ("states_of", states_of),
                ("set_states", set_states),
                ("tell", tell),
                ("wished", wished),
                ("post", post),
                ("sent", sent),
            ]
        }
    }
}

/// What only SQLite is asked.
pub(super) mod sqlite {
    statements! {
        /// Oldest first, so each customer's are in order. Who waits for an answer of the carrier is held back until
        /// it is there, and the answer goes first: nothing is answered before what was asked before it.
        WAITING_EVENTS = "SELECT i.id, i.customer, i.body, i.rank, COALESCE(h.tries, 0) AS tries FROM inbox i \
                          LEFT JOIN holds h ON h.customer = i.customer \
                          WHERE i.done_at IS NULL AND (h.until IS NULL OR h.until <= $1 OR h.until > $1 + 120000) \
                          AND (i.rank < 0 OR NOT EXISTS (SELECT 1 FROM questions q WHERE q.customer = i.customer)) \
                          ORDER BY i.rank, i.id LIMIT CAST($2 AS BIGINT)";
        CHECKPOINT = "PRAGMA wal_checkpoint(PASSIVE)";
    }
}

/// What only PostgreSQL is asked.
pub(super) mod postgres {
    statements! {
        /// Conversations with events that may be worked on, each locked until the end of the transaction: no other
        /// replica decides in one meanwhile. The locks are tried on what the inner query has chosen, never waited for;
        /// its limits keep the planner from trying them on more.
        CLAIM = "SELECT c.customer FROM (SELECT w.customer FROM (SELECT i.customer, i.rank, i.id FROM inbox i \
                 LEFT JOIN holds h ON h.customer = i.customer \
                 WHERE i.done_at IS NULL AND (h.until IS NULL OR h.until <= $1 OR h.until > $1 + 120000) \
                 AND (i.rank < 0 OR NOT EXISTS (SELECT 1 FROM questions q WHERE q.customer = i.customer)) \
                 ORDER BY i.rank, i.id LIMIT 512) w GROUP BY w.customer ORDER BY MIN(w.rank), MIN(w.id) LIMIT 512) c \
                 WHERE pg_try_advisory_xact_lock(c.customer) LIMIT CAST($2 AS BIGINT)";
        /// The same as on SQLite, of the conversations that were claimed: read after the locks are held, so that it
        /// sees what their last holder has left.
        WAITING_EVENTS = "SELECT i.id, i.customer, i.body, i.rank, COALESCE(h.tries, 0) AS tries FROM inbox i \
                          LEFT JOIN holds h ON h.customer = i.customer \
                          WHERE i.done_at IS NULL AND (h.until IS NULL OR h.until <= $1 OR h.until > $1 + 120000) \
                          AND i.customer = ANY (CAST(string_to_array($3, ',') AS BIGINT[])) \
                          AND (i.rank < 0 OR NOT EXISTS (SELECT 1 FROM questions q WHERE q.customer = i.customer)) \
                          ORDER BY i.rank, i.id LIMIT CAST($2 AS BIGINT)";
        NEXT_IDS = "SELECT nextval('ids') AS id";
        LOCK_LAST_TICKET = "SELECT value FROM counters WHERE name = 'ticket' FOR UPDATE";
    }
}
