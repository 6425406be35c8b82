-- Jobs of other pipelines whose artifacts a job was handed, besides those of its own.
create table job_sources (
  job_id bigint not null references jobs (id) on delete cascade,
  source_job_id bigint not null references jobs (id) on delete cascade,
  primary key (job_id, source_job_id)
);
create index job_sources_by_source on job_sources (source_job_id);
-- Which pipeline of another project a job shows the status of.
create table mirrored_pipelines (
  job_id bigint not null primary key references jobs (id) on delete cascade,
  pipeline_id bigint not null references pipelines (id) on delete cascade
);
create index mirrored_pipelines_by_pipeline on mirrored_pipelines (pipeline_id);
