-- Tags that only some people may make; nobody moves or deletes them by a push.
create table protected_tags (
  id ${id},
  project_id bigint not null references projects (id) on delete cascade,
  -- A tag's name, or a pattern with * for any characters.
  name varchar(255) not null,
  create_access_level integer not null,
  created_at bigint not null,
  unique (project_id, name)
);
