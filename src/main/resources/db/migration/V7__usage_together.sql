-- Calls that differ in nothing but their moment, their request and how long they took share a row, so that a busy caller costs
-- one row and not thousands. A row of one call is as before.
alter table usage_logs
  add column calls            integer not null default 1 check (calls > 0),
  add column each_request_id  text[],
  add column each_before_us   integer[],
  add column each_ms          integer[],
  add constraint usage_logs_together check (
    calls = 1 and num_nulls(each_request_id, each_before_us, each_ms) = 3
    or calls > 1 and kind = 'call' and cardinality(each_request_id) = calls and cardinality(each_before_us) = calls
      and cardinality(each_ms) = calls);
-- Ids do not get smaller by being packed.
alter table usage_logs alter column each_request_id set storage external;

comment on column usage_logs.at is 'of several calls the newest; all are of one day (UTC)';
comment on column usage_logs.each_before_us is 'microseconds before the newest';
