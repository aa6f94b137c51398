-- Jobs are on one server's disk, so that server alone can do what works on them. Which one it is was not noted before:
-- what is null may be done by any.

create table servers (
  id      text        primary key check (char_length(id) between 1 and 100),
  seen_at timestamptz not null default clock_timestamp()
);

alter table project_jobs add server text check (char_length(server) between 1 and 100);
alter table agent_tasks add server text check (char_length(server) between 1 and 100);
