-- Work that was queued with an API key is charged to it.
alter table agent_tasks add column api_key_id uuid references api_keys on delete set null;
create index agent_tasks_of_key on agent_tasks (api_key_id) where api_key_id is not null;

-- Which project a job is of.
create index project_jobs_of_job on project_jobs (job_id, linked_at desc);
