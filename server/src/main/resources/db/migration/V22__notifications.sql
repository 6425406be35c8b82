-- Where a project wants to be told what happened. target (addresses or a URL) and secret are sealed: the address of a hook
-- is a secret itself. events: words with commas.
create table notification_channels (
  id ${id},
  project_id bigint not null references projects (id) on delete cascade,
  kind varchar(20) not null,
  target text not null,
  secret text,
  events text not null,
  created_at bigint not null
);
create index notification_channels_project on notification_channels (project_id);

-- What was to be told, how often it was tried and what came of it. notice: JSON. The newest of a channel are kept.
create table notification_deliveries (
  id ${id},
  channel_id bigint not null references notification_channels (id) on delete cascade,
  event varchar(40) not null,
  event_key varchar(200) not null,
  notice text not null,
  state varchar(20) not null,
  attempts bigint not null,
  answer text,
  created_at bigint not null,
  updated_at bigint not null,
  unique (channel_id, event_key)
);
