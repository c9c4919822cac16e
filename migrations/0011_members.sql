-- Who may act at the desks, and whose turn it is: a press says nothing about whether the person is still in the group, so
-- Telegram is asked; and one person's many events delay nobody else's.

-- How people stand at the desks, as last known, shared by all replicas. `status` and `checked_at` are Telegram's answer
-- (administrator, member, outside) and when it was given; `seen_at` is when the person last wrote there, which proves
-- membership; `tried_at` when Telegram last did not answer. Moments are Unix milliseconds, 0 for never.
CREATE TABLE members (
    desk BIGINT NOT NULL,
    person BIGINT NOT NULL,
    status TEXT,
    checked_at BIGINT NOT NULL DEFAULT 0,
    seen_at BIGINT NOT NULL DEFAULT 0,
    tried_at BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (desk, person)
);

-- Events that wait until it is known how their author stands at the desk; then they go into the inbox. So a slow answer
-- of Telegram holds nobody else up.
CREATE TABLE unproven (
    id BIGINT PRIMARY KEY,
    source TEXT NOT NULL UNIQUE,
    customer BIGINT NOT NULL,
    desk BIGINT NOT NULL,
    person BIGINT NOT NULL,
    body TEXT NOT NULL
);
CREATE INDEX unproven_of ON unproven (desk, person, id);

-- The worker goes from conversation to conversation, and takes of each the first few: however many events of one customer
-- wait, they are not looked at before their turn. The index takes the place of one by age alone.
CREATE INDEX inbox_queue ON inbox (customer, rank, id) WHERE done_at IS NULL;
DROP INDEX inbox_waiting;
