-- Links by which people who forgot their password choose another.

create table password_resets (
  -- SHA-256 of the secret in the link.
  token_hash varchar(64) not null primary key,
  user_id bigint not null references users (id) on delete cascade,
  created_at bigint not null,
  expires_at bigint not null
);
create index password_resets_user_id on password_resets (user_id);
