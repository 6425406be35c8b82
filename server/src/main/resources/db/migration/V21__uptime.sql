-- Requests that look from outside whether a service answers. url is null for the environment's own address, then path is
-- behind it. next_at is taken by a conditional update, so one server asks at a time.
create table uptime_checks (
  id ${id},
  project_id bigint not null references projects (id) on delete cascade,
  environment_id bigint not null references environments (id) on delete cascade,
  name varchar(100) not null,
  url text,
  path text not null,
  interval_seconds bigint not null,
  timeout_seconds bigint not null,
  expected varchar(60) not null,
  body_contains text,
  tries bigint not null,
  state varchar(20) not null,
  failures bigint not null,
  since_at bigint,
  checked_at bigint,
  next_at bigint not null,
  last_status bigint,
  last_millis bigint,
  problem varchar(40),
  problem_detail text,
  created_at bigint not null,
  unique (environment_id, name)
);
create index uptime_checks_next on uptime_checks (next_at);
create index uptime_checks_project on uptime_checks (project_id);
