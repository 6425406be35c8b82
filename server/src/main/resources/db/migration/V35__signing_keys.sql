-- Keys with which this installation signs what others check, for example the identity of jobs.
create table signing_keys (
  id ${id},
  purpose varchar(40) not null unique,
  -- The whole key as JSON Web Key, sealed with the key beside the database.
  sealed_key text not null,
  created_at bigint not null
);
