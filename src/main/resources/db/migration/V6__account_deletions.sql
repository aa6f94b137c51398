-- Accounts that are closed and of which something may be left; the row goes with the user's.
create table account_deletions (
  user_id      uuid primary key references users on delete cascade,
  requested_at timestamptz not null default now()
);
