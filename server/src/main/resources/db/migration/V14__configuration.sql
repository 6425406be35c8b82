-- Environment variables of an environment's service. Each change makes a new version, which holds all of them; version 0
-- is none. based_on is the version that was changed; environments.configuration_version is what the next revision gets.
create table configurations (
  id ${id},
  environment_id bigint not null references environments (id) on delete cascade,
  version bigint not null,
  based_on bigint not null,
  user_id bigint not null,
  created_at bigint not null,
  unique (environment_id, version)
);
-- sealed: the value, readable only with the key beside the database. secret: never shown again.
create table configuration_values (
  configuration_id bigint not null references configurations (id) on delete cascade,
  name varchar(255) not null,
  sealed text not null,
  secret boolean not null,
  primary key (configuration_id, name)
);
alter table environments add column configuration_version bigint not null default 0;
-- The version that the rollout's revision runs with; null until it is started.
alter table rollouts add column configuration_version bigint;
