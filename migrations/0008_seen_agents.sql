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
-- Those who hold tickets, or held them last, are known already.
INSERT INTO seen_agents (desk, id, name, username, seen_at)
SELECT desk, agent, MAX(COALESCE(agent_name, '')), NULL, MAX(COALESCE(answered_at, opened_at))
FROM tickets WHERE agent > 0 GROUP BY desk, agent;
