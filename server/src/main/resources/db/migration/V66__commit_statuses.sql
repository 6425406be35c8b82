-- What other systems found about a commit. They stand beside the jobs of its pipelines and decide nothing.
create table commit_statuses (
  id ${id},
  project_id bigint not null references projects (id) on delete cascade,
  -- The pipeline beside whose jobs it is shown; null when the commit had none.
  pipeline_id bigint references pipelines (id) on delete cascade,
  sha varchar(64) not null,
  ref text not null,
  name varchar(255) not null,
  status varchar(30) not null,
  target_url text,
  description varchar(255),
  -- In percent, as it was told.
  coverage varchar(20),
  user_id bigint not null,
  created_at bigint not null,
  started_at bigint,
  finished_at bigint
);
create index commit_statuses_by_commit on commit_statuses (project_id, sha, id);
create index commit_statuses_by_pipeline on commit_statuses (pipeline_id);
