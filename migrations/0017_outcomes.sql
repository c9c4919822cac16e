-- The ledger of outcomes: what became of each customer's matter, a row a fact, only ever added to. The owner's figures are
-- told from it, also when events, requests and stories are long thinned: therefore no text stands in it. A row names the
-- customer until they are forgotten; then `whose` becomes a number that nobody has, the same in all of their rows, so that
-- the figures stay what they were.
CREATE TABLE outcomes (
    id BIGINT PRIMARY KEY,
    whose BIGINT NOT NULL,
    -- When the matter began (Unix milliseconds): with `whose` its name.
    matter BIGINT NOT NULL,
    at BIGINT NOT NULL,
    what TEXT NOT NULL,
    intent TEXT,
    ticket BIGINT,
    agent BIGINT,
    -- Why it was given to people, the mark, or whether it helped.
    choice TEXT
);
-- Figures are told of some days.
CREATE INDEX outcomes_in_order ON outcomes (at);
-- A ticket that is done in these days may have been opened before them.
CREATE INDEX outcomes_of_ticket ON outcomes (ticket) WHERE ticket IS NOT NULL;
-- What is kept about one customer is handed out, and made nobody's.
CREATE INDEX outcomes_of ON outcomes (whose);
-- Promises are told of some days, too.
CREATE INDEX promises_in_order ON promises (made_at);
