-- Web sites that jobs publish: one at the root of a project, and one for each prefix.
create table sites (
  id ${id},
  project_id bigint not null references projects (id) on delete cascade,
  -- Empty: the root.
  prefix varchar(63) not null,
  pipeline_id bigint not null,
  job_id bigint not null,
  size_bytes bigint not null,
  created_at bigint not null,
  expires_at bigint,
  unique (project_id, prefix)
);
create index sites_by_job on sites (job_id);
create table site_files (
  site_id bigint not null references sites (id) on delete cascade,
  path varchar(1000) not null,
  object_key text not null,
  size_bytes bigint not null,
  primary key (site_id, path)
);
-- Why a job that wanted to publish did not.
create table site_refusals (
  job_id bigint not null primary key references jobs (id) on delete cascade,
  why text not null
);
