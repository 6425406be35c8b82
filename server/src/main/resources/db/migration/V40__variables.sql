-- Variables of the whole installation beside those of projects, values that are never shown again, and who changed what.
create table ci_variables_of_all (
  id ${id},
  -- Null: every project's jobs get it.
  project_id bigint references projects (id) on delete cascade,
  name varchar(255) not null,
  sealed_value text not null,
  type varchar(20) not null,
  protected boolean not null,
  masked boolean not null,
  -- Shown to nobody once it is stored; such a variable is masked too.
  hidden boolean not null,
  raw boolean not null,
  environment_scope varchar(255) not null,
  description text not null,
  -- Null: before this was kept.
  changed_at bigint,
  changed_by varchar(255),
  unique (project_id, name, environment_scope)
);
insert into ci_variables_of_all
  (project_id, name, sealed_value, type, protected, masked, hidden, raw, environment_scope, description)
  select project_id, name, sealed_value, type, protected, masked, false, raw, environment_scope, description
  from ci_variables;
drop table ci_variables;
alter table ci_variables_of_all rename to ci_variables;
-- No two nulls are the same in the constraint above.
create unique index ci_variables_of_installation on ci_variables (name, environment_scope) where project_id is null;
