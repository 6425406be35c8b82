-- Other servers that say who somebody is, by OpenID Connect, and whom they are known to mean.

create table sign_in_providers (
  id ${id},
  -- Stands in addresses, also in those that the provider was told of, so it never changes.
  name varchar(50) not null unique,
  title varchar(100) not null,
  issuer varchar(500) not null,
  client_id varchar(255) not null,
  -- Sealed.
  client_secret text not null,
  -- Separated by spaces.
  scopes varchar(500) not null,
  username_claim varchar(100) not null,
  creates_accounts boolean not null,
  -- Separated by spaces; empty: of any domain.
  email_domains text not null,
  created_at bigint not null
);

create table identities (
  provider_id bigint not null references sign_in_providers (id) on delete cascade,
  -- The provider's own key for a person (sub), which never changes hands.
  subject varchar(255) not null,
  user_id bigint not null references users (id) on delete cascade,
  created_at bigint not null,
  primary key (provider_id, subject)
);
create unique index identities_user_id on identities (user_id, provider_id);
