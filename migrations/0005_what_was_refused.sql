-- What Telegram refuses: one message's trouble is told from a whole group's, and what waits is listed with its reason.

-- `refusal` is the reason for which a desk refused a row and which nobody knows, without the numbers in it; `refused_at`
-- is when it did so last. The same reason for rows of two customers of one desk within a minute is the desk's trouble.
ALTER TABLE outbox ADD COLUMN refusal TEXT;
ALTER TABLE outbox ADD COLUMN refused_at BIGINT;
-- Each such refusal asks for the others; there are few.
CREATE INDEX outbox_refused ON outbox (chat, refusal) WHERE refusal IS NOT NULL;

-- Since when a row is put off: the owner is told.
ALTER TABLE outbox ADD COLUMN waits_since BIGINT;
