-- API keys, what calls and models used, and what happened that somebody may ask about later.

create table api_keys (
  id            uuid primary key default gen_random_uuid(),
  user_id       uuid        not null references users on delete cascade,
  name          text        not null check (char_length(name) between 1 and 100),
  prefix        text        not null check (char_length(prefix) between 4 and 16),
  key_hash      bytea       not null unique check (octet_length(key_hash) = 32),
  secret_hash   bytea       not null check (octet_length(secret_hash) = 32),
  needs_secret  boolean     not null default false,
  status        text        not null default 'active' check (status in ('active', 'inactive', 'revoked')),
  scopes        text[]      not null check (cardinality(scopes) between 1 and 200),
  allowed_ips   text[]      not null default '{}' check (cardinality(allowed_ips) <= 100),
  allowed_modes text[]      not null default '{}'
                check (allowed_modes <@ array['student', 'developer', 'founder', 'college']),
  per_minute    integer     not null default 60 check (per_minute between 1 and 1000000),
  per_hour      integer     not null default 1000 check (per_hour between 1 and 10000000),
  per_day       integer     not null default 10000 check (per_day between 1 and 100000000),
  token_limit   bigint      check (token_limit >= 0),
  tokens_used   bigint      not null default 0 check (tokens_used >= 0),
  expires_at    timestamptz,
  last_used_at  timestamptz,
  created_at    timestamptz not null default now(),
  updated_at    timestamptz not null default now(),
  revoked_at    timestamptz,
  check ((status = 'revoked') = (revoked_at is not null))
);
create index api_keys_of_user on api_keys (user_id, created_at desc, id);

comment on column api_keys.key_hash is 'SHA-256 of the key, which has 256 random bits, so that no slow hash is needed';
comment on column api_keys.allowed_ips is 'addresses and ranges that may use it; none for all';
comment on column api_keys.allowed_modes is 'modes of projects that it may make and execute; none for all';
comment on column api_keys.token_limit is 'tokens of models in its whole life; null for no limit';

-- Servers keep keys in memory for a moment and are told when one changes. The columns that use changes are not among these.
create function tell_api_key_changed() returns trigger language plpgsql as $$
begin
  perform pg_notify('api_keys_changed', encode(old.key_hash, 'hex'));
  return null;
end $$;
create trigger api_keys_changed
  after delete or update of status, needs_secret, scopes, allowed_ips, allowed_modes, per_minute, per_hour, per_day,
    token_limit, expires_at on api_keys
  for each row execute function tell_api_key_changed();

create function tell_user_of_keys_changed() returns trigger language plpgsql as $$
begin
  perform pg_notify('api_keys_changed', encode(key_hash, 'hex')) from api_keys where user_id = old.id;
  return null;
end $$;
create trigger users_of_api_keys_changed
  after update of role, is_active on users
  for each row execute function tell_user_of_keys_changed();

-- One row for each call and each answer of a model. The id comes from the server, so that writing a batch twice counts once.
create table usage_logs (
  id                 uuid primary key,
  at                 timestamptz not null,
  kind               text        not null check (kind in ('call', 'model')),
  user_id            uuid        not null references users on delete cascade,
  api_key_id         uuid        references api_keys on delete cascade,
  project_id         uuid,
  request_id         text,
  agent              text,
  model              text,
  method             text,
  endpoint           text,
  address            inet,
  status             integer     check (status between 100 and 599),
  ms                 integer     check (ms >= 0),
  input_tokens       bigint      not null default 0 check (input_tokens >= 0),
  output_tokens      bigint      not null default 0 check (output_tokens >= 0),
  cache_write_tokens bigint      not null default 0 check (cache_write_tokens >= 0),
  cache_read_tokens  bigint      not null default 0 check (cache_read_tokens >= 0),
  cost_micros        bigint      not null default 0 check (cost_micros >= 0)
);
create index usage_logs_of_user on usage_logs (user_id, at desc, id);
create index usage_logs_of_key on usage_logs (api_key_id, at desc) where api_key_id is not null;

comment on column usage_logs.project_id is 'no foreign key: what a project used stays known when it is deleted';
comment on column usage_logs.cost_micros is 'millionths of a rupee; a paisa has 10,000';

-- The same, added up by day (UTC); written in the statement that writes the rows.
create table usage_daily (
  day                date   not null,
  user_id            uuid   not null references users on delete cascade,
  kind               text   not null check (kind in ('call', 'model')),
  api_key_id         uuid   references api_keys on delete cascade,
  project_id         uuid,
  agent              text,
  model              text,
  calls              bigint not null,
  errors             bigint not null,
  input_tokens       bigint not null,
  output_tokens      bigint not null,
  cache_write_tokens bigint not null,
  cache_read_tokens  bigint not null,
  cost_micros        bigint not null,
  ms                 bigint not null
);
create unique index usage_daily_key on usage_daily (user_id, day, kind, api_key_id, project_id, agent, model)
  nulls not distinct;

-- Security events and what admins did. Rows are added and never changed, not even by the server.
create table audit_log (
  id         uuid primary key,
  at         timestamptz not null,
  request_id text        not null check (char_length(request_id) <= 64),
  actor_id   uuid,
  api_key_id uuid,
  address    inet,
  action     text        not null check (action ~ '^[a-z][a-z0-9_.]{0,63}$'),
  target     text        check (char_length(target) <= 300),
  outcome    text        not null check (outcome in ('ok', 'refused', 'failed')),
  detail     jsonb       not null default '{}'
);
create index audit_log_newest on audit_log (at desc, id);
create index audit_log_of_actor on audit_log (actor_id, at desc);
create index audit_log_of_action on audit_log (action, at desc);
create index audit_log_of_request on audit_log (request_id);

comment on table audit_log is 'append-only; no foreign keys, since it outlives what it tells of';

create function refuse_change_of_audit_log() returns trigger language plpgsql as $$
begin
  raise exception 'audit_log is append-only' using errcode = 'insufficient_privilege';
end $$;
create trigger audit_log_is_append_only
  before update or delete or truncate on audit_log
  for each statement execute function refuse_change_of_audit_log();
