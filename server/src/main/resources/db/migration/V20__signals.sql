-- What revisions answered, as their proxy counted it. One row holds the points of one revision for one minute second by
-- second (step_seconds 1) or for one hour minute by minute (60); see SignalCodec.
create table signals (
  environment_id bigint not null references environments (id) on delete cascade,
  step_seconds bigint not null,
  start_at bigint not null,
  revision varchar(63) not null,
  points ${blob} not null,
  primary key (environment_id, step_seconds, start_at, revision)
);
create index signals_age on signals (step_seconds, start_at);
