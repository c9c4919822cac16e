-- Whether words of a customer wait before a card is asked for each card at every look: one look-up, however many rows wait
-- for the customer elsewhere. What else is asked by the customer alone finds its rows by the same index.
CREATE INDEX outbox_before ON outbox (customer, chat, rank, id) WHERE done_at IS NULL;
DROP INDEX outbox_of_customer;
