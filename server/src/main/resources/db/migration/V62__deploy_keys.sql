-- Public keys by which machines reach one project over SSH.
create table deploy_keys (
  id ${id},
  project_id bigint not null references projects (id) on delete cascade,
  title varchar(255) not null,
  public_key text not null,
  fingerprint varchar(100) not null,
  can_push boolean not null,
  -- In whose name is pushed.
  creator_id bigint not null references users (id),
  created_at bigint not null,
  expires_at bigint,
  last_used_at bigint,
  unique (project_id, fingerprint)
);
create index deploy_keys_fingerprint on deploy_keys (fingerprint);
