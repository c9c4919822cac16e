-- A message that took several on the other side: all of them are taken back, edited and answered with it. `copies` keeps
-- the first, where an earlier version looks for it; here stand the others, in order.
CREATE TABLE copy_parts (
    from_chat BIGINT NOT NULL,
    from_message BIGINT NOT NULL,
    to_chat BIGINT NOT NULL,
    part BIGINT NOT NULL,
    to_message BIGINT NOT NULL,
    PRIMARY KEY (from_chat, from_message, to_chat, part)
);
CREATE INDEX copy_parts_back ON copy_parts (to_chat, to_message);
