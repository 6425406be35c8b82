-- Durable tasks: the table that db-scheduler works on. Its names and types are that library's.
create table scheduled_tasks (
  task_name varchar(100) not null,
  task_instance varchar(200) not null,
  task_data ${blob},
  execution_time timestamp not null,
  picked boolean not null,
  picked_by varchar(200),
  last_success timestamp,
  last_failure timestamp,
  consecutive_failures integer,
  last_heartbeat timestamp,
  version bigint not null,
  priority smallint,
  primary key (task_name, task_instance)
);
create index scheduled_tasks_execution_time on scheduled_tasks (execution_time);
create index scheduled_tasks_last_heartbeat on scheduled_tasks (last_heartbeat);

-- Small facts about this installation, such as the ids of its built-in runner and agent.
create table installation (
  name varchar(100) not null primary key,
  value text not null
);
