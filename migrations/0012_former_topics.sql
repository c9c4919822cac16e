-- Topics of a customer at desks that their ticket has left. What agents still write there is known to be the customer's,
-- and answered with where the ticket went; and when a ticket comes back to the desk, its topic is opened again. The
-- columns are those of `topics`, of which a customer has one row.
CREATE TABLE former_topics (
    desk BIGINT NOT NULL,
    thread BIGINT NOT NULL,
    customer BIGINT NOT NULL,
    PRIMARY KEY (desk, thread)
);
CREATE INDEX former_topics_of ON former_topics (customer, desk);
