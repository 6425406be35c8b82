-- What a rollout's judge stands on, so that a restarted server goes on where its predecessor was. thresholds: what counts
-- as slow (JSON), fixed when the first requests are shared. course: counts by traffic step and starting point (JSON).
create table judge_trials (
  rollout_id bigint not null primary key references rollouts (id) on delete cascade,
  thresholds text not null,
  course text,
  updated_at bigint not null
);
