-- What a project released: a tag, what people should know of it, and where its files are.
create table releases (
  id ${id},
  project_id bigint not null references projects (id) on delete cascade,
  tag_name varchar(500) not null,
  name varchar(255) not null,
  description text not null,
  -- The commit that the tag led to.
  sha varchar(64) not null,
  author_id bigint not null,
  created_at bigint not null,
  -- May lie ahead.
  released_at bigint not null,
  unique (project_id, tag_name)
);
create index releases_by_time on releases (project_id, released_at);
create table release_links (
  id ${id},
  release_id bigint not null references releases (id) on delete cascade,
  name varchar(255) not null,
  url text not null,
  -- Under which path below the release it is reached, too.
  filepath varchar(255),
  link_type varchar(20) not null,
  unique (release_id, name)
);
