-- Where groups and projects lived before; such an address leads to where they live now until something new takes it.
create table moved_paths (
  path_key varchar(1000) not null primary key,
  -- Exactly one of the two is there.
  namespace_id bigint references namespaces (id) on delete cascade,
  project_id bigint references projects (id) on delete cascade
);
create index moved_paths_namespace_id on moved_paths (namespace_id);
create index moved_paths_project_id on moved_paths (project_id);
