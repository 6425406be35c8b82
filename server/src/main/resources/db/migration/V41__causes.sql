-- What else than pushes and people starts pipelines: the clock, and machines that hold a token.
create table pipeline_schedules (
  id ${id},
  project_id bigint not null references projects (id) on delete cascade,
  description varchar(255) not null,
  ref text not null,
  cron varchar(255) not null,
  cron_timezone varchar(64) not null,
  active boolean not null,
  -- In whose name it runs; no foreign key: without that account it runs no more, and says so.
  owner_id bigint not null,
  -- Sealed JSON as in pipelines; null for none.
  variables text,
  -- Null: it does not run by itself.
  next_run_at bigint,
  last_run_at bigint,
  last_pipeline_id bigint,
  -- Why the last run made no pipeline; null when it did.
  last_problem text,
  created_at bigint not null,
  updated_at bigint not null
);
create index pipeline_schedules_project_id on pipeline_schedules (project_id);

create table pipeline_triggers (
  id ${id},
  project_id bigint not null references projects (id) on delete cascade,
  description varchar(255) not null,
  token_hash varchar(64) not null unique,
  -- The beginning of the token, by which people know it again.
  token_start varchar(20) not null,
  owner_id bigint not null,
  created_at bigint not null,
  last_used_at bigint
);
create index pipeline_triggers_project_id on pipeline_triggers (project_id);
