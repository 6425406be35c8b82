-- What jobs of a project share one at a time; one row per key that some pipeline has named.
create table resource_groups (
  id ${id},
  project_id bigint not null references projects (id) on delete cascade,
  name varchar(255) not null,
  -- Whose turn comes when it is free: unordered, oldest_first, newest_first or newest_ready_first.
  process_mode varchar(30) not null,
  created_at bigint not null,
  updated_at bigint not null,
  unique (project_id, name)
);
insert into resource_groups (project_id, name, process_mode, created_at, updated_at)
select project_id, resource_group, 'unordered', min(created_at), min(created_at)
from jobs
where resource_group is not null and length(resource_group) <= 255
group by project_id, resource_group;
