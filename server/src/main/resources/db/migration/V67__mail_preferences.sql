-- Which notices somebody wants by mail; no row: none.
create table mail_preferences (
  user_id bigint not null primary key references users (id) on delete cascade,
  incidents boolean not null,
  pipelines boolean not null,
  rollouts boolean not null
);
-- What somebody was told by mail, so that an event that comes again is not told again; kept for some weeks.
create table personal_mails (
  user_id bigint not null references users (id) on delete cascade,
  event_key varchar(200) not null,
  created_at bigint not null,
  primary key (user_id, event_key)
);
create index personal_mails_created_at on personal_mails (created_at);
