-- How much of the code a job's tests covered, as its log says by the job's expression: percent times 100.
create table job_coverage (
  job_id bigint not null primary key references jobs (id) on delete cascade,
  hundredths bigint not null
);
