-- The commit of the default branch that searches look at, written with the push that brought it.
create table search_heads (
  project_id bigint primary key references projects (id) on delete cascade,
  sha varchar(40) not null
);
