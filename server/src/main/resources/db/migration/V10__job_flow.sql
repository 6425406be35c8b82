-- What a transition of one job looks up, so that its cost does not grow with its pipeline.

-- Status and kind of all jobs of a pipeline, without their rows.
create index jobs_by_stage on jobs (pipeline_id, retried, stage_index, status, allow_failure);
create index jobs_by_name on jobs (pipeline_id, name);
-- Jobs that wait for earlier stages.
create index jobs_by_turn on jobs (pipeline_id, stage_index) where status = 'created' and needs is null;
-- Both of the first two begin like it.
drop index jobs_by_pipeline;
