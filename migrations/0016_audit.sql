-- What may be asked about one day: who had a copy of what is kept about a customer, or had it erased, and who was banned
-- by whom. `actor` is `customer`, `owner` or `agent` and the id; `customer` is NULL once that customer is forgotten, so
-- that a row about an erasure holds nothing personal.
CREATE TABLE audit (
    id BIGINT PRIMARY KEY,
    at BIGINT NOT NULL,
    actor TEXT NOT NULL,
    what TEXT NOT NULL,
    customer BIGINT
);
CREATE INDEX audit_of ON audit (customer, id);
