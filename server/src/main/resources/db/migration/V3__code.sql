-- Projects. Their repositories lie in the data folder under the id, so renaming one moves no files.
create table projects (
  id ${id},
  namespace varchar(255) not null,
  path varchar(100) not null,
  full_path varchar(400) not null,
  -- Lower-cased full path: two projects must not differ by case alone.
  path_key varchar(400) not null unique,
  name varchar(255) not null,
  description text not null,
  is_public boolean not null,
  default_branch varchar(255) not null,
  -- Whether no branch was pushed yet.
  empty boolean not null,
  creator_id bigint not null references users (id),
  created_at bigint not null,
  updated_at bigint not null
);

create table protected_branches (
  id ${id},
  project_id bigint not null references projects (id) on delete cascade,
  -- A branch's name, or a pattern with * for any characters.
  name varchar(255) not null,
  push_access_level integer not null,
  merge_access_level integer not null,
  allow_force_push boolean not null,
  created_at bigint not null,
  unique (project_id, name)
);

-- One row per ref that a push asked to move; written before the ref moves, closed after.
create table push_intents (
  id ${id},
  push_id varchar(36) not null unique,
  project_id bigint not null references projects (id) on delete cascade,
  ref text not null,
  old_sha varchar(40) not null,
  new_sha varchar(40) not null,
  user_id bigint not null,
  push_options text not null,
  status varchar(20) not null,
  accepted_at bigint not null,
  closed_at bigint
);
create index push_intents_status on push_intents (status, project_id);
create index push_intents_project on push_intents (project_id, accepted_at);
