-- How a rollout goes, as it was asked for: steps, bake time, limits (JSON; see RolloutOptions).
alter table rollouts add column options text;
-- paused: somebody, or the policy for too little evidence, holds it at its traffic step.
alter table rollouts add column paused text;
-- placed: the agent confirmed the traffic step. promoted: none, next or full. held_at: since when nothing can be measured.
alter table rollouts add column placed boolean not null default false;
alter table rollouts add column promoted varchar(20) not null default 'none';
alter table rollouts add column held_at bigint;
alter table rollouts add column person_told boolean not null default false;
-- Why it did not succeed, as the name of a message and its arguments (JSON list of texts).
alter table rollouts add column reason_code varchar(40);
alter table rollouts add column reason_arguments text;
alter table rollout_events add column code varchar(40);
alter table rollout_events add column arguments text;

-- The traffic steps of a rollout, with the verdict (JSON) that ended each.
create table rollout_steps (
  id ${id},
  rollout_id bigint not null references rollouts (id) on delete cascade,
  number bigint not null,
  percent bigint not null,
  started_at bigint not null,
  ended_at bigint,
  outcome varchar(40),
  verdict text,
  unique (rollout_id, number)
);
