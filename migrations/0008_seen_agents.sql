-- Agents by the desks they have answered or held tickets at: a ticket can be transferred to one of them although they
-- have not said that they are on shift. `seen_at` is when that was last written down, not each time.
CREATE TABLE seen_agents (
    desk BIGINT NOT NULL,
    id BIGINT NOT NULL,
    name TEXT NOT NULL,
    username TEXT,
    seen_at BIGINT NOT NULL,
    PRIMARY KEY (desk, id)
);
