-- Namespaces: of a user, or a group, which may lie in another group. They hold projects.
create table namespaces (
  id ${id},
  -- user or group.
  kind varchar(10) not null,
  -- The group that this group lies in; null at the top.
  parent_id bigint references namespaces (id),
  user_id bigint unique references users (id),
  -- Last segment of full_path.
  path varchar(255) not null,
  full_path varchar(1000) not null,
  name varchar(255) not null,
  description text not null,
  -- Whether anybody may see the group; of a user's namespace always false.
  is_public boolean not null,
  created_at bigint not null,
  updated_at bigint not null
);
create index namespaces_parent_id on namespaces (parent_id);

-- For each namespace itself (distance 0) and every group that it lies in: what rights and variables come down along.
create table namespace_lines (
  namespace_id bigint not null references namespaces (id) on delete cascade,
  ancestor_id bigint not null references namespaces (id) on delete cascade,
  distance integer not null,
  primary key (namespace_id, ancestor_id)
);
create index namespace_lines_ancestor_id on namespace_lines (ancestor_id);

-- Every address that is in use, so that no two things can have one that differs in case alone.
create table paths (
  -- Lower-cased full path.
  path_key varchar(1000) not null primary key,
  -- The namespace that lives here, or the one that holds the project.
  namespace_id bigint not null references namespaces (id),
  -- Null: it is the namespace's own.
  project_id bigint unique references projects (id) on delete cascade
);
create index paths_namespace_id on paths (namespace_id);

-- Members of projects and of groups; those of a group are members of all that lies below it.
create table members_of_both (
  id ${id},
  -- Code removes members with the project.
  project_id bigint,
  group_id bigint references namespaces (id) on delete cascade,
  user_id bigint not null references users (id),
  access_level integer not null,
  created_by_id bigint references users (id),
  created_at bigint not null,
  -- From then on it no longer counts; null: for ever.
  expires_at bigint,
  unique (project_id, user_id),
  unique (group_id, user_id)
);
insert into members_of_both (project_id, user_id, access_level, created_by_id, created_at)
  select project_id, user_id, access_level, created_by_id, created_at from members;
drop table members;
alter table members_of_both rename to members;
create index members_user_id on members (user_id);
create index members_expires_at on members (expires_at);

insert into namespaces (kind, user_id, path, full_path, name, description, is_public, created_at, updated_at)
  select 'user', id, username, username, name, '', false, created_at, created_at from users;
insert into namespace_lines (namespace_id, ancestor_id, distance) select id, id, 0 from namespaces;
insert into paths (path_key, namespace_id)
  select u.username_key, n.id from namespaces n join users u on u.id = n.user_id;
insert into paths (path_key, namespace_id, project_id)
  select p.path_key, n.id, p.id from projects p
    join users u on u.username = p.namespace
    join namespaces n on n.user_id = u.id;
