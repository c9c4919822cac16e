-- What the bot says when a ticket is closed stands in the topic too, though the story is known there only up to that
-- moment: the next story leaves it out. 1 for such a line, else NULL.
ALTER TABLE story ADD COLUMN shown BIGINT;
