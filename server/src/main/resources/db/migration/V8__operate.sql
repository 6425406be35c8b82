-- Something that hurt, or could have hurt, who uses a service. slot holds the environment while the incident collects what
-- happens there: unique, so there is one such incident per environment. title is null when the origin says enough.
create table incidents (
  id ${id},
  project_id bigint not null references projects (id) on delete cascade,
  iid bigint not null,
  environment_id bigint references environments (id) on delete cascade,
  environment varchar(255),
  slot bigint unique,
  status varchar(20) not null,
  origin varchar(20) not null,
  title text,
  deployment_id bigint,
  resolved_by_deployment_id bigint,
  creator_id bigint,
  assignee_id bigint,
  acknowledged_by_id bigint,
  resolved_by_id bigint,
  external_id varchar(200),
  external_url text,
  opened_at bigint not null,
  impact_at bigint,
  recovered_at bigint,
  acknowledged_at bigint,
  resolved_at bigint,
  updated_at bigint not null,
  unique (project_id, iid),
  unique (project_id, external_id)
);
create index incidents_opened on incidents (project_id, opened_at);

-- The incident's timeline. event_key makes what comes from events of others safe to repeat. text: what a person wrote;
-- arguments: JSON list of texts for the sentence of the kind.
create table incident_events (
  id ${id},
  incident_id bigint not null references incidents (id) on delete cascade,
  event_key varchar(120),
  kind varchar(30) not null,
  user_id bigint,
  deployment_id bigint,
  text text,
  arguments text not null,
  at bigint not null,
  unique (event_key)
);
create index incident_events_incident on incident_events (incident_id, id);

-- Deployments that may be the cause, with the reason why each is suspected.
create table incident_suspects (
  id ${id},
  incident_id bigint not null references incidents (id) on delete cascade,
  deployment_id bigint not null,
  project_id bigint not null,
  place bigint not null,
  reason varchar(30) not null,
  arguments text not null,
  unique (incident_id, deployment_id)
);

-- Deployments that did fail, each with the time from reaching users until the service was restored.
create table incident_failures (
  id ${id},
  incident_id bigint not null references incidents (id) on delete cascade,
  deployment_id bigint not null unique,
  origin varchar(20) not null,
  failed_at bigint not null,
  reached_users_at bigint,
  restored_at bigint,
  restored_by_deployment_id bigint
);
create index incident_failures_incident on incident_failures (incident_id);
