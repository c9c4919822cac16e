-- From what came in to what was sent because of it: an event of the inbox has a cause, itself or, for an answer of the
-- carrier, what the carrier was asked for; and so has what is sent. By its number one customer's message is followed
-- through the logs, and by its time it is known how long the answer took. NULL in rows of before, and where nothing came
-- in. `caused_at` and `posted_at` in Unix milliseconds.
ALTER TABLE inbox ADD COLUMN cause BIGINT;
ALTER TABLE inbox ADD COLUMN caused_at BIGINT;
ALTER TABLE questions ADD COLUMN cause BIGINT;
ALTER TABLE questions ADD COLUMN caused_at BIGINT;
ALTER TABLE outbox ADD COLUMN cause BIGINT;
ALTER TABLE outbox ADD COLUMN caused_at BIGINT;
-- Since when a message waits: `due_at` moves.
ALTER TABLE outbox ADD COLUMN posted_at BIGINT;
-- How often something was given to people, and why, is asked every few seconds by those who watch.
CREATE INDEX outcomes_handed ON outcomes (choice) WHERE what = 'handed';
