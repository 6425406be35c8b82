-- Repositories that come, or came, from elsewhere. Credentials are not kept.
create table project_imports (
  project_id bigint primary key references projects (id) on delete cascade,
  -- Without user and password.
  url text not null,
  status varchar(20) not null,
  -- A sentence for whoever asked; only of those that failed.
  error text,
  asked_at bigint not null,
  ended_at bigint
);
create index project_imports_status on project_imports (status);
