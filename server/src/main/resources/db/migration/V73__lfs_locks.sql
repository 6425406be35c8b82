-- Files that somebody works on alone, by Git LFS. A lock holds on every branch.
create table lfs_locks (
  id ${id},
  project_id bigint not null references projects (id) on delete cascade,
  path varchar(500) not null,
  user_id bigint not null references users (id),
  created_at bigint not null,
  unique (project_id, path)
);
