-- Large files of a project, kept in the object store under their SHA-256. Each project has its own, so that whoever may read
-- one project reaches nothing of another.
create table lfs_objects (
  id ${id},
  project_id bigint not null references projects (id) on delete cascade,
  oid varchar(64) not null,
  size_bytes bigint not null,
  created_at bigint not null,
  -- Null while its content is on the way.
  stored_at bigint,
  unique (project_id, oid)
);
