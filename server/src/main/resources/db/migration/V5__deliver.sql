-- Release bundles: immutable, named by the SHA-256 of their bytes. object_key is where the object store keeps them.
create table bundles (
  id ${id},
  project_id bigint not null references projects (id) on delete cascade,
  sha256 varchar(64) not null,
  object_key varchar(200) not null,
  job_id bigint,
  commit_sha varchar(64),
  size_bytes bigint not null,
  created_at bigint not null,
  unique (project_id, sha256)
);

-- What we put into the object store, also when the upload did not end well or the project is gone: so nothing is left
-- there that no bundle names.
create table bundle_objects (
  object_key varchar(200) not null primary key,
  started_at bigint not null
);

-- Processes that run revisions on hosts. desired_version grows with each change of what an agent should run.
create table agents (
  id ${id},
  name varchar(100) not null unique,
  token_hash varchar(64) not null unique,
  desired_version bigint not null,
  report text,
  reported_at bigint,
  created_at bigint not null
);

-- hold_sha: commits up to this one were rolled back; automatic deployments of them are refused.
create table environments (
  id ${id},
  project_id bigint not null references projects (id) on delete cascade,
  name varchar(255) not null,
  slug varchar(24) not null,
  tier varchar(20) not null,
  external_url text,
  state varchar(20) not null,
  service_key varchar(63) not null unique,
  host varchar(253) not null unique,
  agent_id bigint references agents (id),
  hold_sha varchar(64),
  hold_user_id bigint,
  hold_at bigint,
  created_at bigint not null,
  updated_at bigint not null,
  unique (project_id, name),
  unique (project_id, slug)
);

-- kind: job (a job with environment:), person (somebody's own deploy) or rollback.
create table deployments (
  id ${id},
  project_id bigint not null references projects (id) on delete cascade,
  iid bigint not null,
  environment_id bigint not null references environments (id) on delete cascade,
  kind varchar(20) not null,
  status varchar(20) not null,
  ref text,
  sha varchar(64) not null,
  pipeline_id bigint,
  job_id bigint,
  job_ordinal bigint,
  user_id bigint not null,
  rollback_of_id bigint,
  reason text,
  created_at bigint not null,
  updated_at bigint not null,
  finished_at bigint,
  unique (project_id, iid),
  unique (job_id, job_ordinal)
);
create index deployments_environment on deployments (environment_id, id);

-- One attempt to bring one bundle into one environment. version counts transitions; each is a conditional update on it.
create table rollouts (
  id ${id},
  project_id bigint not null references projects (id) on delete cascade,
  environment_id bigint not null references environments (id) on delete cascade,
  deployment_id bigint not null unique references deployments (id) on delete cascade,
  bundle_id bigint not null references bundles (id) on delete cascade,
  revision varchar(63) not null unique,
  previous_revision varchar(63),
  strategy varchar(20) not null,
  progress_deadline_seconds bigint not null,
  phase varchar(20) not null,
  step bigint not null,
  version bigint not null,
  since_at bigint not null,
  restarts bigint not null,
  overrides_hold boolean not null,
  cancel_reason text,
  ending varchar(20),
  reason text,
  log_tail text,
  created_at bigint not null,
  finished_at bigint
);
create index rollouts_environment on rollouts (environment_id, id);
create index rollouts_phase on rollouts (phase);
-- One rollout of an environment at a time has its turn.
create unique index rollouts_turn on rollouts (environment_id)
  where phase in ('preparing', 'checking', 'switching', 'settling', 'draining', 'reverting');

-- What happened in a rollout, in order; shown as its timeline and streamed into the job's log.
create table rollout_events (
  id ${id},
  rollout_id bigint not null references rollouts (id) on delete cascade,
  kind varchar(20) not null,
  message text not null,
  at bigint not null
);
create index rollout_events_rollout on rollout_events (rollout_id, id);

-- What should run: exactly these revisions, with these shares of new requests.
create table revisions (
  revision varchar(63) not null primary key,
  environment_id bigint not null references environments (id) on delete cascade,
  deployment_id bigint not null references deployments (id) on delete cascade,
  bundle_id bigint not null references bundles (id) on delete cascade,
  weight bigint not null,
  created_at bigint not null
);
create index revisions_environment on revisions (environment_id);
