-- Public keys with which people reach repositories over SSH.

create table ssh_keys (
  id ${id},
  user_id bigint not null references users (id) on delete cascade,
  title varchar(255) not null,
  -- As OpenSSH writes it, without a comment: ssh-ed25519 AAAA...
  public_key text not null,
  -- SHA256:... as ssh-keygen -l prints it. One key is one person's: it says who connects.
  fingerprint varchar(64) not null unique,
  created_at bigint not null,
  last_used_at bigint,
  expires_at bigint
);
create index ssh_keys_user_id on ssh_keys (user_id);
