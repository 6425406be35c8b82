-- Paths that the agent asks both revisions of a rollout for (JSON list), fixed together with its thresholds.
alter table judge_trials add column probes text;

-- Resident memory that all processes of a revision together may use; null for no limit.
alter table revisions add column memory_bytes bigint;
