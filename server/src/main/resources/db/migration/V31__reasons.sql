-- Why a rollout is to end, and why a deployment did not succeed, as the name of a message and its arguments (JSON list of
-- texts), so that pages tell it in the reader's language.
alter table rollouts add column cancel_code varchar(40);
alter table rollouts add column cancel_arguments text;
alter table deployments add column reason_code varchar(40);
alter table deployments add column reason_arguments text;
