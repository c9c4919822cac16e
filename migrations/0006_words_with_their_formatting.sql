-- What stretches of a line's words mean (JSON, offsets in UTF-16 units): an address behind a word reaches the agents who
-- read the story. Lines of before have none.
ALTER TABLE story ADD COLUMN entities TEXT;
