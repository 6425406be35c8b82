-- Whether an import was asked for with credentials, which live in memory alone.
alter table project_imports add column with_credentials boolean not null default false;
