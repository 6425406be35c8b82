-- Pipelines, jobs, runners, artifacts, reports and CI/CD variables. Statuses are GitLab's words.
create table pipeline_counters (
  project_id bigint not null primary key references projects (id) on delete cascade,
  last_iid bigint not null
);

create table pipelines (
  id ${id},
  project_id bigint not null references projects (id) on delete cascade,
  iid bigint not null,
  -- The push that made it; a push makes one pipeline at most, however often it is told.
  push_id varchar(100),
  source varchar(30) not null,
  ref text not null,
  tag boolean not null,
  ref_protected boolean not null,
  sha varchar(64) not null,
  before_sha varchar(64) not null,
  name text,
  title text not null,
  status varchar(30) not null,
  warnings boolean not null,
  -- False until all its jobs are stored: a crash between leaves it to the repeated event.
  complete boolean not null,
  on_new_commit varchar(20) not null,
  on_job_failure varchar(20) not null,
  -- JSON: stage names, diagnostics, predefined variables; pipeline variables are sealed JSON.
  stages text not null,
  diagnostics text not null,
  predefined text not null,
  variables text,
  user_id bigint not null,
  created_at bigint not null,
  started_at bigint,
  finished_at bigint,
  updated_at bigint not null,
  unique (project_id, iid),
  unique (push_id)
);
create index pipelines_by_ref on pipelines (project_id, ref, id);
create index pipelines_by_status on pipelines (status);

create table runners (
  id ${id},
  token_hash varchar(64) not null unique,
  description text not null,
  -- JSON list of tags.
  tags text not null,
  run_untagged boolean not null,
  paused boolean not null,
  protected_only boolean not null,
  built_in boolean not null,
  -- 0: no limit of its own.
  maximum_timeout_seconds bigint not null,
  created_at bigint not null,
  contacted_at bigint
);

create table runner_machines (
  id ${id},
  runner_id bigint not null references runners (id) on delete cascade,
  system_id varchar(64) not null,
  version varchar(100) not null,
  executor varchar(100) not null,
  platform varchar(100) not null,
  architecture varchar(100) not null,
  cancels_gracefully boolean not null,
  contacted_at bigint not null,
  unique (runner_id, system_id)
);

create table jobs (
  id ${id},
  pipeline_id bigint not null references pipelines (id) on delete cascade,
  project_id bigint not null,
  name text not null,
  stage text not null,
  stage_index integer not null,
  position integer not null,
  status varchar(30) not null,
  condition varchar(20) not null,
  allow_failure boolean not null,
  interruptible boolean not null,
  -- JSON list of job names; null: waits for all earlier stages.
  needs text,
  -- JSON: the planned job as the compiler made it.
  plan text not null,
  environment text,
  environment_action varchar(20),
  resource_group text,
  -- JSON list of tags.
  tags text not null,
  timeout_seconds bigint not null,
  attempt integer not null,
  -- A newer attempt took its place.
  retried boolean not null,
  system_failures integer not null,
  manual boolean not null,
  user_id bigint not null,
  runner_id bigint references runners (id) on delete set null,
  cancels_gracefully boolean not null,
  -- Set while a runner holds it without having acknowledged.
  claimed_until_at bigint,
  token_hash varchar(64) unique,
  created_at bigint not null,
  queued_at bigint,
  started_at bigint,
  finished_at bigint,
  failure_reason varchar(60),
  exit_code integer,
  canceled_by_user boolean not null,
  log_bytes bigint not null,
  log_archived boolean not null
);
create index jobs_by_pipeline on jobs (pipeline_id);
create index jobs_by_status on jobs (status);
create index jobs_by_project on jobs (project_id, id);
create index jobs_by_resource_group on jobs (project_id, resource_group);

create table artifacts (
  id ${id},
  job_id bigint not null references jobs (id) on delete cascade,
  project_id bigint not null,
  type varchar(60) not null,
  format varchar(20) not null,
  filename text not null,
  size_bytes bigint not null,
  sha256 varchar(64) not null,
  object_key text not null,
  expires_at bigint,
  created_at bigint not null,
  unique (job_id, type)
);

create table test_reports (
  id ${id},
  job_id bigint not null unique references jobs (id) on delete cascade,
  tests integer not null,
  failures integer not null,
  errors integer not null,
  skipped integer not null,
  duration_millis bigint not null,
  -- Why the report could not be read; null when it could.
  problem text,
  -- JSON list of cases, failures first, bounded.
  cases text not null
);

create table dotenv_variables (
  id ${id},
  job_id bigint not null references jobs (id) on delete cascade,
  name varchar(255) not null,
  value text not null,
  unique (job_id, name)
);

create table ci_variables (
  id ${id},
  project_id bigint not null references projects (id) on delete cascade,
  name varchar(255) not null,
  sealed_value text not null,
  type varchar(20) not null,
  protected boolean not null,
  masked boolean not null,
  raw boolean not null,
  environment_scope varchar(255) not null,
  description text not null,
  unique (project_id, name, environment_scope)
);
