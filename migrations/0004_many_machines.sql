-- Many machines and long histories: several replicas on one PostgreSQL, what could not be done kept apart, old rows
-- thinned.

-- Of several events the lower goes first: the carrier's answers before what waits for them. The worker reads along
-- this index and stops at its limit, however many wait and however many are done.
ALTER TABLE inbox ADD COLUMN rank BIGINT NOT NULL DEFAULT 0;
UPDATE inbox SET rank = -1 WHERE done_at IS NULL AND source LIKE 'question:%';
DROP INDEX inbox_waiting;
CREATE INDEX inbox_waiting ON inbox (rank, id) WHERE done_at IS NULL;
-- The owner asks for what was set aside.
CREATE INDEX inbox_set_aside ON inbox (id) WHERE problem IS NOT NULL;
-- Each event asks whether its customer waits for the carrier.
CREATE INDEX questions_of ON questions (customer);

-- Customers whose oldest event failed: how often, and when it is tried again. Their later events wait behind it,
-- nobody else's do.
CREATE TABLE holds (
    customer BIGINT PRIMARY KEY,
    tries BIGINT NOT NULL,
    until BIGINT NOT NULL
);

-- What can never be sent, until the owner has it sent again or drops it.
ALTER TABLE outbox ADD COLUMN dead_at BIGINT;
CREATE INDEX outbox_dead ON outbox (id) WHERE dead_at IS NOT NULL;
-- The sender sleeps until the next row is due.
CREATE INDEX outbox_due ON outbox (due_at) WHERE done_at IS NULL;

-- Chats for which Telegram asked to wait: whoever sends next keeps to it. `length` is what was asked for, in
-- milliseconds: more than that nobody waits, even if the clock was set back meanwhile.
CREATE TABLE pauses (
    chat BIGINT PRIMARY KEY,
    until BIGINT NOT NULL,
    length BIGINT NOT NULL
);

-- Who does what only one may do (poll, send, tend). The holder raises `beat` every second; who sees it stand still
-- for a while, by a steady clock, takes over. So no clocks are compared.
CREATE TABLE leases (
    name TEXT PRIMARY KEY,
    holder TEXT NOT NULL,
    beat BIGINT NOT NULL
);

-- Who is at work, and with which generation of the tables: while a newer one is, an older one only receives.
CREATE TABLE replicas (
    id TEXT PRIMARY KEY,
    generation BIGINT NOT NULL,
    beat BIGINT NOT NULL
);
