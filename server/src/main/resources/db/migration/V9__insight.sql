-- What delivery figures are counted from. Ids of deployments are not foreign keys: records stay when environments go.

-- Deployments that ended before anybody recorded them; emptied soon after the start.
create table insight_backlog (
  deployment_id bigint not null primary key
);
insert into insight_backlog (deployment_id)
  select id from deployments where status in ('success', 'failed', 'canceled');

-- One deployment that ended. reached_at: when it first got requests; null when it never did, or nobody knows.
-- taken_back_id: of a rollback, the deployment that served when it began.
create table insight_deployments (
  deployment_id bigint not null primary key,
  project_id bigint not null references projects (id) on delete cascade,
  environment_id bigint not null,
  environment varchar(255) not null,
  tier varchar(20) not null,
  kind varchar(20) not null,
  status varchar(20) not null,
  sha varchar(64) not null,
  user_id bigint not null,
  rolled_out boolean not null,
  taken_back_id bigint,
  created_at bigint not null,
  reached_at bigint,
  finished_at bigint not null
);
create index insight_deployments_window on insight_deployments (project_id, tier, finished_at);

-- The deployment by which a commit first reached a tier of a project.
create table insight_commits (
  project_id bigint not null references projects (id) on delete cascade,
  tier varchar(20) not null,
  sha varchar(64) not null,
  deployment_id bigint not null,
  committed_at bigint not null,
  deployed_at bigint not null,
  primary key (project_id, tier, sha)
);
create index insight_commits_deployment on insight_commits (deployment_id);

-- Who pushed what when, for the story of a change.
create table insight_pushes (
  push_id varchar(100) not null primary key,
  project_id bigint not null references projects (id) on delete cascade,
  ref text not null,
  before_sha varchar(64) not null,
  after_sha varchar(64) not null,
  user_id bigint not null,
  accepted_at bigint not null
);
create index insight_pushes_after on insight_pushes (project_id, after_sha);

-- When an environment stops by itself; belongs to deliver.
alter table environments add column auto_stop_at bigint;
