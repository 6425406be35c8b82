-- How many jobs of a project may run at once; a project without a row has the setting jobs-per-project. 0 is no limit.
create table job_limits (
  project_id bigint not null primary key references projects (id) on delete cascade,
  jobs bigint not null
);
create index jobs_by_project_status on jobs (project_id, status);
