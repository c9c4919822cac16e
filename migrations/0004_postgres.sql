
-- PostgreSQL alone, where several processes write: ids come from one sequence, in blocks, or two replicas would make
-- the same one and their order would be that of their clocks. It goes on after the greatest id there is.
CREATE SEQUENCE ids INCREMENT BY 1048576;
SELECT setval('ids', ((SELECT COALESCE(MAX(id), 0) FROM (
    SELECT MAX(id) AS id FROM inbox UNION ALL SELECT MAX(id) FROM outbox UNION ALL SELECT MAX(id) FROM story UNION ALL
    SELECT MAX(id) FROM questions UNION ALL SELECT MAX(id) FROM wishes UNION ALL SELECT MAX(id) FROM proposals UNION ALL
    SELECT MAX(id) FROM promises UNION ALL SELECT MAX(id) FROM parcel_history UNION ALL SELECT MAX(id) FROM feedback
) AS ids) / 1048576 + 1) * 1048576);

-- Each row of these is changed once soon after it came: the default would let a fifth of a long history change before
-- the indexes of what waits are cleaned, and claims would read along dead entries.
ALTER TABLE inbox SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000);
ALTER TABLE outbox SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000);
