-- Which service of its project an environment runs; null where its name says it.
alter table environments add column service varchar(100);

-- A commit reaches each environment by a deployment of its own, so that services of one project are counted apart.
create table insight_reached (
  project_id bigint not null references projects (id) on delete cascade,
  tier varchar(20) not null,
  environment_id bigint not null,
  sha varchar(64) not null,
  deployment_id bigint not null,
  committed_at bigint not null,
  deployed_at bigint not null,
  primary key (project_id, tier, sha, environment_id)
);
insert into insight_reached (project_id, tier, environment_id, sha, deployment_id, committed_at, deployed_at)
  select c.project_id, c.tier, d.environment_id, c.sha, c.deployment_id, c.committed_at, c.deployed_at
  from insight_commits c join insight_deployments d on d.deployment_id = c.deployment_id;
drop table insight_commits;
alter table insight_reached rename to insight_commits;
create index insight_commits_deployment on insight_commits (deployment_id);

-- What the second environment of a tier got was not recorded until now; the start records it.
insert into insight_backlog (deployment_id)
  select deployment_id from insight_deployments
  where status = 'success' and deployment_id not in (select deployment_id from insight_backlog);
