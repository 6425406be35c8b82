-- Links that make people members of a project or a group. Of each only a hash is kept; when it is used up its row goes.
create table member_invitations (
  id ${id},
  token_hash varchar(64) not null unique,
  -- Code removes invitations with the project.
  project_id bigint,
  group_id bigint references namespaces (id) on delete cascade,
  access_level integer not null,
  -- The only address whose owner may use it, and the same in small letters; null: whoever has the link.
  email varchar(255),
  email_key varchar(255),
  -- From then on the membership counts no more; null: for ever.
  member_until bigint,
  uses_left integer not null,
  created_by_id bigint not null references users (id),
  created_at bigint not null,
  expires_at bigint not null,
  unique (project_id, email_key),
  unique (group_id, email_key)
);
create index member_invitations_created_by_id on member_invitations (created_by_id);
create index member_invitations_expires_at on member_invitations (expires_at);
