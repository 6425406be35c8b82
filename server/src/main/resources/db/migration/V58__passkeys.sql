-- Keys that people's devices keep, with which they sign in without a password (WebAuthn).

create table passkeys (
  id ${id},
  -- Chosen by the device, in base64url.
  credential_id varchar(1400) not null unique,
  user_id bigint not null references users (id) on delete cascade,
  name varchar(100) not null,
  -- The public key and what belongs to it, as the device sent it.
  attested ${blob} not null,
  backup_eligible boolean not null,
  sign_count bigint not null,
  -- When the challenge was made that it answered last; an older one is not taken any more.
  last_challenge_at bigint not null,
  created_at bigint not null,
  last_used_at bigint
);
create index passkeys_user_id on passkeys (user_id);
