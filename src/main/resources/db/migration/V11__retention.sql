-- Rows that are kept for a time: each is found by an index, however many others there are.
create index usage_logs_old on usage_logs (at);
create index agent_tasks_old on agent_tasks (finished_at) where finished_at is not null;
create index refresh_tokens_expired on refresh_tokens (expires_at);
create index one_time_tokens_expired on one_time_tokens (expires_at);
-- What a delivery repeats may go before it.
create index webhook_deliveries_replays on webhook_deliveries (replay_of) where replay_of is not null;

-- Lines of the audit log are never changed; they go when they are old, and nobody can make the young ones go.
drop trigger audit_log_is_append_only on audit_log;
create trigger audit_log_is_append_only
  before update or truncate on audit_log
  for each statement execute function refuse_change_of_audit_log();

create function refuse_removal_from_audit_log() returns trigger language plpgsql as $$
begin
  if old.at < now() - interval '90 days' then
    return old;
  end if;
  raise exception 'audit_log is append-only' using errcode = 'insufficient_privilege';
end $$;
create trigger audit_log_keeps_young_lines
  before delete on audit_log
  for each row execute function refuse_removal_from_audit_log();
