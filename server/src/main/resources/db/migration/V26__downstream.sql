-- Trigger jobs and the pipelines they start.
alter table jobs add column bridge boolean not null default false;
-- The attempt of a trigger job that made the pipeline; it makes one at most, however often it is told.
alter table pipelines add column upstream_job_id bigint;
-- The pipeline at the top of the hierarchy, null there itself; how many levels of child pipelines are above this one.
alter table pipelines add column root_id bigint;
alter table pipelines add column depth integer not null default 0;
create unique index pipelines_by_upstream_job on pipelines (upstream_job_id);
create index pipelines_by_root on pipelines (root_id);
