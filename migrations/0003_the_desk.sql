-- The desk: what stands for what on the other side, what each topic shows, the queue as a list, who is on shift.

-- Which message is the copy of which: answers, edits and recalls follow it to the other side.
CREATE TABLE copies (
    from_chat BIGINT NOT NULL,
    from_message BIGINT NOT NULL,
    to_chat BIGINT NOT NULL,
    to_message BIGINT NOT NULL,
    PRIMARY KEY (from_chat, from_message, to_chat)
);
CREATE INDEX copies_back ON copies (to_chat, to_message);

-- A row of the outbox that brings an album waits a moment for the rest of it.
ALTER TABLE outbox ADD COLUMN album TEXT;
CREATE INDEX outbox_albums ON outbox (lane, album) WHERE done_at IS NULL AND album IS NOT NULL;

-- A card asks whether words of its customer wait before it.
CREATE INDEX outbox_of_customer ON outbox (customer, id) WHERE done_at IS NULL;

-- What a customer's topic is to show (name and card), and what it shows: of several changes that wait for the
-- group's minute only the last is sent. `card` is the message that carries it.
CREATE TABLE faces (
    customer BIGINT PRIMARY KEY,
    name TEXT NOT NULL,
    body TEXT NOT NULL,
    shown_name TEXT,
    shown_body TEXT,
    card BIGINT
);

-- An album stands in the story as several lines of one mark.
ALTER TABLE story ADD COLUMN album TEXT;

-- Every ticket as a line, written whenever its conversation changes it: the queue, who holds what, how long people
-- waited. The conversation's own state stays the truth; times in Unix milliseconds.
CREATE TABLE tickets (
    no BIGINT PRIMARY KEY,
    customer BIGINT NOT NULL,
    name TEXT NOT NULL,
    desk BIGINT NOT NULL,
    wish TEXT,
    urgent BIGINT NOT NULL,
    mood BIGINT NOT NULL,
    opened_at BIGINT NOT NULL,
    promised_at BIGINT NOT NULL,
    agent BIGINT,
    agent_name TEXT,
    snoozed BIGINT NOT NULL,
    answered_at BIGINT,
    closed_at BIGINT
);
-- The queue is read with every batch of events.
CREATE INDEX tickets_open ON tickets (no) WHERE closed_at IS NULL;
CREATE INDEX tickets_answered ON tickets (answered_at) WHERE answered_at IS NOT NULL;

-- Agents who are on shift, and when something was last offered to each.
CREATE TABLE agents (
    id BIGINT PRIMARY KEY,
    desk BIGINT NOT NULL,
    name TEXT NOT NULL,
    username TEXT,
    came_at BIGINT NOT NULL,
    offered_at BIGINT
);

-- Who asked what when, for a while: many who ask the same at once mean that something is wrong.
CREATE TABLE wishes (
    id BIGINT PRIMARY KEY,
    customer BIGINT NOT NULL,
    intent TEXT NOT NULL,
    at BIGINT NOT NULL
);
CREATE INDEX wishes_recent ON wishes (intent, at);

-- What is or was wrong for many: found by the bot, opened and closed by people.
CREATE TABLE incidents (
    intent TEXT PRIMARY KEY,
    told_at BIGINT NOT NULL,
    opened_at BIGINT,
    closed_at BIGINT,
    words TEXT
);

-- What agents say a ticket was really about: an utterance that may become an example.
CREATE TABLE proposals (
    id BIGINT PRIMARY KEY,
    customer BIGINT NOT NULL,
    ticket BIGINT NOT NULL UNIQUE,
    language TEXT NOT NULL,
    utterance TEXT NOT NULL,
    intent TEXT NOT NULL,
    at BIGINT NOT NULL,
    stands TEXT NOT NULL,
    reason TEXT
);
CREATE INDEX proposals_open ON proposals (stands, id);
