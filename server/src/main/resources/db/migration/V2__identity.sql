-- People, their roles in projects, their sessions and tokens, and what they did.

create table users (
  id ${id},
  -- As typed when the account was made; unique without regard to case through username_key.
  username varchar(255) not null,
  username_key varchar(255) not null unique,
  name varchar(255) not null,
  email varchar(255) not null,
  admin boolean not null,
  blocked boolean not null,
  -- Null: nobody can sign in with a password yet (a set-password link was made instead).
  password_hash varchar(255),
  -- True for a one-time password: nothing but setting a new one is possible after signing in with it.
  password_one_time boolean not null,
  -- SHA-256 of the secret in a set-password link; null when there is none.
  invitation_hash varchar(64) unique,
  invitation_expires_at bigint,
  -- BCP 47 tag chosen by the user; null: as the browser asks.
  language varchar(20),
  last_sign_in_at bigint,
  created_at bigint not null
);

create table members (
  -- The project's row belongs to package code, whose migration comes later; code removes members with the project.
  project_id bigint not null,
  user_id bigint not null references users (id),
  access_level integer not null,
  created_by_id bigint references users (id),
  created_at bigint not null,
  primary key (project_id, user_id)
);
create index members_user_id on members (user_id);

create table sessions (
  id ${id},
  token_hash varchar(64) not null unique,
  user_id bigint not null references users (id) on delete cascade,
  address varchar(64) not null,
  user_agent varchar(255) not null,
  created_at bigint not null,
  last_used_at bigint not null,
  expires_at bigint not null
);
create index sessions_user_id on sessions (user_id);
create index sessions_expires_at on sessions (expires_at);

create table personal_tokens (
  id ${id},
  token_hash varchar(64) not null unique,
  user_id bigint not null references users (id) on delete cascade,
  name varchar(255) not null,
  -- GitLab's words, separated by spaces.
  scopes varchar(255) not null,
  revoked boolean not null,
  created_at bigint not null,
  last_used_at bigint,
  expires_at bigint
);
create index personal_tokens_user_id on personal_tokens (user_id);

create table audit_events (
  id ${id},
  created_at bigint not null,
  -- No foreign key: what somebody did stays known when the account is gone.
  user_id bigint,
  actor varchar(255) not null,
  action varchar(100) not null,
  target varchar(500) not null,
  detail text not null
);
create index audit_events_action on audit_events (action);
create index audit_events_user_id on audit_events (user_id);
