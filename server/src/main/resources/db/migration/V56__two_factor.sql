-- The second factor: one-time codes of an authenticator, recovery codes, and sign-ins that wait for one.

create table authenticators (
  user_id bigint not null primary key references users (id) on delete cascade,
  -- Sealed, since codes are computed from it.
  secret varchar(255) not null,
  -- Null while it is being set up: not asked for yet.
  confirmed_at bigint,
  -- Number of the last half minute whose code was taken; a code is good once.
  last_step bigint not null
);

create table recovery_codes (
  code_hash varchar(64) not null primary key,
  user_id bigint not null references users (id) on delete cascade
);
create index recovery_codes_user_id on recovery_codes (user_id);

create table second_steps (
  token_hash varchar(64) not null primary key,
  user_id bigint not null references users (id) on delete cascade,
  expires_at bigint not null
);
create index second_steps_user_id on second_steps (user_id);
