//! Every statement of the house. Static texts for both databases; the compiler cannot check them under
//! `Any`, so a test prepares each on both.

/// Declares the statements as constants and lists them all for the test.
macro_rules! statements {
    ($($(#[$doc:meta])* $name:ident = $sql:literal;)*) => {
        $($(#[$doc])* pub(super) const $name: &str = $sql;)*
        /// All of them, by name.
        pub(super) const ALL: &[(&str, &str)] = &[$((stringify!($name), $name),)*];
    };
}

statements! {
    /// A second delivery of the same event changes nothing.
    PUT_EVENT = "INSERT INTO inbox (id, source, customer, body, received_at) VALUES ($1, $2, $3, $4, $5) \
                 ON CONFLICT (source) DO NOTHING";
    EVENTS_WAIT = "SELECT id FROM inbox WHERE done_at IS NULL ORDER BY id LIMIT 1";
    /// Oldest first, so each customer's are in order. Who waits for an answer of the carrier is held back until
    /// it is there, and the answer goes first: nothing is answered before what was asked before it.
    WAITING_EVENTS = "SELECT i.id, i.customer, i.body, i.source FROM inbox i WHERE i.done_at IS NULL \
                      AND (i.source LIKE 'question:%' \
                           OR NOT EXISTS (SELECT 1 FROM questions q WHERE q.customer = i.customer)) \
                      ORDER BY CASE WHEN i.source LIKE 'question:%' THEN 0 ELSE 1 END, i.id LIMIT $1";
    EVENT_DONE = "UPDATE inbox SET done_at = $2, problem = $3 WHERE id = $1";

    STATE_OF = "SELECT state FROM conversations WHERE customer = $1";
    SET_STATE = "INSERT INTO conversations (customer, state, changed_at) VALUES ($1, $2, $3) \
                 ON CONFLICT (customer) DO UPDATE SET state = excluded.state, changed_at = excluded.changed_at";

    LAST_TICKET = "SELECT value FROM counters WHERE name = 'ticket'";
    SET_LAST_TICKET = "UPDATE counters SET value = $1 WHERE name = 'ticket'";

    TELL = "INSERT INTO story (id, customer, said_at, who, name, words, media, message_id) \
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    /// The newest lines first, so that a limit keeps the end of the story.
    STORY_SINCE = "SELECT who, name, words, media, message_id FROM story \
                   WHERE customer = $1 AND said_at > $2 ORDER BY id DESC LIMIT $3";

    POST = "INSERT INTO outbox (id, customer, lane, chat, at_desk, rank, body, due_at) \
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    ABANDON_LANE = "UPDATE outbox SET done_at = $2, problem = $3 WHERE lane = $1 AND done_at IS NULL";
    /// The first of each lane, if it is due: an earlier one that waits holds back the lane behind it.
    HEADS = "SELECT o.id, o.customer, o.lane, o.chat, o.rank, o.body, o.attempts FROM outbox o \
             WHERE o.done_at IS NULL AND o.at_desk = $1 AND o.due_at <= $2 \
             AND NOT EXISTS (SELECT 1 FROM outbox p WHERE p.lane = o.lane AND p.done_at IS NULL \
                             AND p.id < o.id) \
             ORDER BY o.rank, o.id LIMIT $3";
    NEXT_DUE = "SELECT due_at FROM outbox WHERE done_at IS NULL AND due_at > $1 ORDER BY due_at LIMIT 1";
    SENT = "UPDATE outbox SET done_at = $2, message_id = $3 WHERE id = $1 AND done_at IS NULL";
    POSTPONED = "UPDATE outbox SET due_at = $2, attempts = attempts + 1, problem = $3 WHERE id = $1";
    UNDELIVERABLE = "UPDATE outbox SET done_at = $2, problem = $3 WHERE id = $1 AND done_at IS NULL";
    SENT_SINCE = "SELECT chat, done_at FROM outbox WHERE at_desk = $1 AND done_at > $2 ORDER BY done_at";
    /// In one statement, so that nothing slips from one table to the next between two looks.
    ANYTHING_WAITS = "SELECT id FROM inbox WHERE done_at IS NULL UNION ALL \
                      SELECT id FROM outbox WHERE done_at IS NULL UNION ALL \
                      SELECT id FROM questions UNION ALL \
                      SELECT customer AS id FROM timers WHERE due_at <= $1 LIMIT 1";

    TOPIC_OF = "SELECT desk, thread FROM topics WHERE customer = $1";
    WHOSE_TOPIC = "SELECT customer FROM topics WHERE desk = $1 AND thread = $2";
    SET_TOPIC = "INSERT INTO topics (customer, desk, thread) VALUES ($1, $2, $3) \
                 ON CONFLICT (customer) DO UPDATE SET desk = excluded.desk, thread = excluded.thread";
    FORGET_TOPIC = "DELETE FROM topics WHERE customer = $1 AND thread = $2";
    MOVE_TOPICS = "UPDATE topics SET desk = $2 WHERE desk = $1";
    MOVE_OUTBOX = "UPDATE outbox SET chat = $2 WHERE chat = $1 AND done_at IS NULL";
    MOVE_DESK = "INSERT INTO desk_moves (old_desk, new_desk) VALUES ($1, $2) \
                 ON CONFLICT (old_desk) DO UPDATE SET new_desk = excluded.new_desk";
    MOVED_DESKS = "SELECT old_desk, new_desk FROM desk_moves";

    ASK = "INSERT INTO questions (id, customer, number, asked_at, body) VALUES ($1, $2, $3, $4, $5)";
    OLDEST_QUESTIONS = "SELECT id, customer, number, body FROM questions ORDER BY id LIMIT $1";
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
    DUE_TIMERS = "SELECT customer, name, due_at FROM timers WHERE due_at <= $1 ORDER BY due_at LIMIT $2";
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

    /// Ids are made in Rust and must go on from the greatest there is.
    GREATEST_ID = "SELECT MAX(id) AS id FROM (SELECT MAX(id) AS id FROM inbox UNION ALL \
                   SELECT MAX(id) AS id FROM outbox UNION ALL SELECT MAX(id) AS id FROM story UNION ALL \
                   SELECT MAX(id) AS id FROM questions UNION ALL SELECT MAX(id) AS id FROM promises UNION ALL \
                   SELECT MAX(id) AS id FROM parcel_history UNION ALL SELECT MAX(id) AS id FROM feedback) AS ids";
}
