-- First light: the durable path of a message, on SQLite and PostgreSQL alike.
-- Portable types only: BIGINT (times in Unix milliseconds, ids made in Rust), TEXT (JSON too).

-- What happened and has still to be looked at. `source` names where an event came from, so that
-- the same update, delivered twice, is one row.
CREATE TABLE inbox (
    id BIGINT PRIMARY KEY,
    source TEXT NOT NULL UNIQUE,
    customer BIGINT NOT NULL,
    body TEXT NOT NULL,
    received_at BIGINT NOT NULL,
    done_at BIGINT,
    problem TEXT
);
-- The worker asks for the oldest events that are not done; everything else is history.
CREATE INDEX inbox_waiting ON inbox (id) WHERE done_at IS NULL;

-- One row a customer: the state between two events, as JSON.
CREATE TABLE conversations (
    customer BIGINT PRIMARY KEY,
    state TEXT NOT NULL,
    changed_at BIGINT NOT NULL
);

-- Everything to be sent, in order of `id` within its lane. `lane` keeps one receiver's messages
-- in order; `chat` is whose limits count; of several lanes the one of lower `rank` goes first: customers'
-- words before a topic's new name.
CREATE TABLE outbox (
    id BIGINT PRIMARY KEY,
    customer BIGINT NOT NULL,
    lane TEXT NOT NULL,
    chat BIGINT NOT NULL,
    at_desk BIGINT NOT NULL,
    rank BIGINT NOT NULL,
    body TEXT NOT NULL,
    due_at BIGINT NOT NULL,
    attempts BIGINT NOT NULL DEFAULT 0,
    done_at BIGINT,
    message_id BIGINT,
    problem TEXT
);
-- The sender asks for the first row of each lane.
CREATE INDEX outbox_waiting ON outbox (lane, id) WHERE done_at IS NULL;
CREATE INDEX outbox_order ON outbox (at_desk, rank, id) WHERE done_at IS NULL;
-- After a restart the sender asks what the last minute cost each group, and the last second each customer.
CREATE INDEX outbox_sent ON outbox (at_desk, done_at) WHERE done_at IS NOT NULL;

-- Which topic is whose. A row goes when the topic does.
CREATE TABLE topics (
    customer BIGINT PRIMARY KEY,
    desk BIGINT NOT NULL,
    thread BIGINT NOT NULL,
    UNIQUE (desk, thread)
);

-- A group that was upgraded has a new id; the owner's setting still names the old one.
CREATE TABLE desk_moves (
    old_desk BIGINT PRIMARY KEY,
    new_desk BIGINT NOT NULL
);

-- What was said, masked, for the people who take over.
CREATE TABLE story (
    id BIGINT PRIMARY KEY,
    customer BIGINT NOT NULL,
    said_at BIGINT NOT NULL,
    who TEXT NOT NULL,
    name TEXT,
    words TEXT NOT NULL,
    media TEXT,
    message_id BIGINT
);
CREATE INDEX story_of ON story (customer, id);

-- Questions to the carrier that have no answer yet.
CREATE TABLE questions (
    id BIGINT PRIMARY KEY,
    customer BIGINT NOT NULL,
    number TEXT NOT NULL,
    asked_at BIGINT NOT NULL
);

-- The local carrier's parcels.
CREATE TABLE parcels (
    number TEXT PRIMARY KEY,
    status TEXT NOT NULL,
    place TEXT,
    planned TEXT
);

-- Counters that must not skip or repeat: the last ticket's number.
CREATE TABLE counters (
    name TEXT PRIMARY KEY,
    value BIGINT NOT NULL
);
INSERT INTO counters (name, value) VALUES ('ticket', 100);
