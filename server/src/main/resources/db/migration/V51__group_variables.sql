-- Variables of groups: the jobs of every project below get them.
alter table ci_variables add column group_id bigint references namespaces (id) on delete cascade;
drop index ci_variables_of_installation;
create unique index ci_variables_of_installation on ci_variables (name, environment_scope)
  where project_id is null and group_id is null;
create unique index ci_variables_of_group on ci_variables (group_id, name, environment_scope) where group_id is not null;
