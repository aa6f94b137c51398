-- What a user means to build, what was made for it, and the work that is done for it.

create table projects (
  id                uuid primary key default gen_random_uuid(),
  user_id           uuid        not null references users on delete cascade,
  title             text        not null check (char_length(title) between 3 and 500),
  description       text        check (char_length(description) <= 10000),
  mode              text        not null check (mode in ('student', 'developer', 'founder', 'college')),
  status            text        not null default 'draft'
                    check (status in ('draft', 'in_progress', 'processing', 'partial_completed',
                                      'completed', 'failed', 'cancelled')),
  progress          integer     not null default 0 check (progress between 0 and 100),
  domain            text        check (char_length(domain) <= 200),
  framework         text        check (char_length(framework) <= 200),
  deployment_target text        check (char_length(deployment_target) <= 200),
  industry          text        check (char_length(industry) <= 200),
  target_market     text        check (char_length(target_market) <= 2000),
  tech_stack        text[]      not null default '{}' check (cardinality(tech_stack) <= 50),
  config            jsonb       not null default '{}' check (jsonb_typeof(config) = 'object'),
  created_at        timestamptz not null default now(),
  updated_at        timestamptz not null default now(),
  completed_at      timestamptz
);
create index projects_of_user on projects (user_id, created_at desc, id desc);
create index projects_of_user_by_status on projects (user_id, status, created_at desc, id desc);

-- Jobs live on disk, so their ids are no foreign keys; the owner was checked when they were linked.
create table project_jobs (
  project_id uuid        not null references projects on delete cascade,
  job_id     text        not null check (char_length(job_id) between 1 and 48),
  linked_at  timestamptz not null default clock_timestamp(),
  primary key (project_id, job_id)
);
create index project_jobs_newest on project_jobs (project_id, linked_at desc);

create table messages (
  id         uuid primary key default gen_random_uuid(),
  project_id uuid        not null references projects on delete cascade,
  role       text        not null check (role in ('user', 'assistant', 'system')),
  agent_type text        check (agent_type ~ '^[a-z][a-z0-9_]{0,49}$'),
  content    text        not null check (char_length(content) between 1 and 100000),
  created_at timestamptz not null default clock_timestamp()
);
create index messages_of_project on messages (project_id, created_at, id);

-- What documents are; their bytes are in the object store under object_key.
create table documents (
  id              uuid primary key default gen_random_uuid(),
  project_id      uuid        not null references projects on delete cascade,
  type            text        not null check (type ~ '^[a-z][a-z0-9_]{0,49}$'),
  title           text        not null check (char_length(title) between 1 and 500),
  version         integer     not null check (version > 0),
  file_name       text        not null check (char_length(file_name) between 1 and 200),
  mime_type       text        not null check (char_length(mime_type) between 1 and 200),
  file_size       bigint      not null check (file_size >= 0),
  object_key      text        not null unique,
  agent_generated boolean     not null default false,
  created_at      timestamptz not null default now(),
  unique (project_id, type, version)
);

-- The queue of work, and what became of it. A running task has a lease; whoever holds its token may
-- say how it went, nobody else.
create table agent_tasks (
  id               uuid primary key default gen_random_uuid(),
  user_id          uuid        not null references users on delete cascade,
  owner            text        not null check (char_length(owner) between 1 and 100),
  project_id       uuid        references projects on delete cascade,
  agent_type       text        not null check (agent_type ~ '^[a-z][a-z0-9_]{0,49}$'),
  leads_project    boolean     not null default false,
  status           text        not null default 'pending'
                   check (status in ('pending', 'running', 'completed', 'failed', 'dead', 'cancelled')),
  progress         integer     not null default 0 check (progress between 0 and 100),
  input            jsonb       not null default '{}',
  state            jsonb,
  output           jsonb,
  error            text        check (char_length(error) <= 2000),
  attempts         integer     not null default 0 check (attempts >= 0),
  max_attempts     integer     not null default 5 check (max_attempts between 1 and 100),
  run_at           timestamptz not null default clock_timestamp(),
  lease_token      uuid,
  lease_until      timestamptz,
  worker           text        check (char_length(worker) <= 100),
  cancel_requested boolean     not null default false,
  tokens_used      bigint      not null default 0 check (tokens_used >= 0),
  cost_paise       bigint      not null default 0 check (cost_paise >= 0),
  model            text        check (char_length(model) <= 200),
  created_at       timestamptz not null default clock_timestamp(),
  started_at       timestamptz,
  finished_at      timestamptz,
  constraint agent_tasks_lease check (
    (status = 'running') = (lease_token is not null) and (lease_token is null) = (lease_until is null)),
  constraint agent_tasks_end check (
    (status in ('completed', 'failed', 'dead', 'cancelled')) = (finished_at is not null)),
  check (not leads_project or project_id is not null)
);
create index agent_tasks_due on agent_tasks (agent_type, run_at) where status = 'pending';
create index agent_tasks_leased on agent_tasks (lease_until) where status = 'running';
create index agent_tasks_of_user on agent_tasks (user_id, created_at desc, id desc);
create index agent_tasks_of_project on agent_tasks (project_id, created_at desc, id desc);

-- A project is worked on by one task at a time.
create unique index agent_tasks_one_lead on agent_tasks (project_id)
  where leads_project and status in ('pending', 'running');

-- A project that is being worked on shows what its task does, by whatever way that came about: the two
-- change in one transaction, so that none is left in 'processing' without a task that will end.
create function project_follows_its_task() returns trigger language plpgsql as $$
begin
  update projects
     set status = case when new.status in ('pending', 'running') then 'processing'
                       when new.status in ('completed', 'cancelled') then new.status
                       else 'failed' end,
         progress = case when new.status = 'completed' then 100 else new.progress end,
         completed_at = case when new.status = 'completed' then clock_timestamp() end,
         updated_at = clock_timestamp()
   where id = new.project_id;
  return null;
end $$;

create trigger agent_tasks_lead_projects
  after insert or update of status, progress on agent_tasks
  for each row when (new.leads_project) execute function project_follows_its_task();
