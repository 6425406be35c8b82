-- What waits for somebody is asked by who made the pipeline.
create index pipelines_by_user on pipelines (user_id, status);
