-- Customers of whom nothing was heard for long are forgotten by themselves, one after another. What is theirs is found by
-- the customer, also when they ask for a copy or for the erasure: until now whole tables were read for it.
CREATE INDEX tickets_of ON tickets (customer);
CREATE INDEX feedback_of ON feedback (customer);
CREATE INDEX promises_of ON promises (customer);
CREATE INDEX followers_of ON followers (customer);
