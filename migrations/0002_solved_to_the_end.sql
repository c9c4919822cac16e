-- The requests solved to their end: a carrier that can change something, promises with a deadline, timers,
-- customers who follow a parcel.

-- What is asked of the carrier, as JSON; a row without it asks where the parcel is.
ALTER TABLE questions ADD COLUMN body TEXT;

-- What the local carrier knows beside a status. Money in kopecks, days as 2026-11-30.
ALTER TABLE parcels ADD COLUMN since TEXT;
ALTER TABLE parcels ADD COLUMN phone TEXT;
ALTER TABLE parcels ADD COLUMN link TEXT;
ALTER TABLE parcels ADD COLUMN offer_state TEXT;
ALTER TABLE parcels ADD COLUMN offer_arrived TEXT;
ALTER TABLE parcels ADD COLUMN offer_checking_since BIGINT;
ALTER TABLE parcels ADD COLUMN offer_wrong_entries BIGINT;
ALTER TABLE parcels ADD COLUMN order_state TEXT;
ALTER TABLE parcels ADD COLUMN order_sum BIGINT;
ALTER TABLE parcels ADD COLUMN order_delivered TEXT;
ALTER TABLE parcels ADD COLUMN refund_reference TEXT;
ALTER TABLE parcels ADD COLUMN refund_asked TEXT;
ALTER TABLE parcels ADD COLUMN refund_state TEXT;

-- Every status a parcel has had, for whoever asks later how it went.
CREATE TABLE parcel_history (
    id BIGINT PRIMARY KEY,
    number TEXT NOT NULL,
    at BIGINT NOT NULL,
    status TEXT NOT NULL,
    place TEXT
);
CREATE INDEX parcel_history_of ON parcel_history (number, id);

-- What the local carrier was told to change. The key keeps an instruction that is given twice from being
-- carried out twice; the second is answered as the first was.
CREATE TABLE changes (
    key TEXT PRIMARY KEY,
    number TEXT NOT NULL,
    change TEXT NOT NULL,
    answer TEXT NOT NULL,
    at BIGINT NOT NULL
);
CREATE INDEX changes_in_order ON changes (at);
INSERT INTO counters (name, value) VALUES ('reference', 5000);

-- Moments a conversation waits for: one of each name, the later setting counts.
CREATE TABLE timers (
    customer BIGINT NOT NULL,
    name TEXT NOT NULL,
    due_at BIGINT NOT NULL,
    PRIMARY KEY (customer, name)
);
CREATE INDEX timers_due ON timers (due_at);

-- What was said to a customer with a deadline, and what became of it.
CREATE TABLE promises (
    id BIGINT PRIMARY KEY,
    customer BIGINT NOT NULL,
    what TEXT NOT NULL,
    owner TEXT NOT NULL,
    made_at BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    ended_at BIGINT,
    outcome TEXT
);
-- A promise ends by the customer and what was promised.
CREATE INDEX promises_open ON promises (customer, what) WHERE ended_at IS NULL;
CREATE INDEX promises_ended ON promises (ended_at);

-- Who hears of the changes of which parcel.
CREATE TABLE followers (
    number TEXT NOT NULL,
    customer BIGINT NOT NULL,
    PRIMARY KEY (number, customer)
);

-- Pushes that were taken, so that one sent again by a listener on the way is refused.
CREATE TABLE pushes (
    signature TEXT PRIMARY KEY,
    at BIGINT NOT NULL
);
CREATE INDEX pushes_in_order ON pushes (at);

-- What customers say of how it went: why they cancel, whether it helped.
CREATE TABLE feedback (
    id BIGINT PRIMARY KEY,
    customer BIGINT NOT NULL,
    about TEXT NOT NULL,
    choice TEXT,
    words TEXT,
    at BIGINT NOT NULL
);
CREATE INDEX feedback_in_order ON feedback (at);
