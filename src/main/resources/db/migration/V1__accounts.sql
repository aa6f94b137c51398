-- People, how they sign in, and what they were given to sign in with. Secrets are kept as digests only.

create table users (
  id             uuid primary key default gen_random_uuid(),
  email          text        not null check (char_length(email) between 3 and 254),
  password_hash  text        check (password_hash like '$2%'),
  name           text        not null check (char_length(name) between 1 and 200),
  role           text        not null
                 check (role in ('student', 'developer', 'founder', 'faculty', 'admin', 'api_partner')),
  is_active      boolean     not null default true,
  email_verified boolean     not null default false,
  roll_number    text        check (char_length(roll_number) between 1 and 200),
  college        text        check (char_length(college) between 1 and 200),
  department     text        check (char_length(department) between 1 and 200),
  course         text        check (char_length(course) between 1 and 200),
  guide          text        check (char_length(guide) between 1 and 200),
  created_at     timestamptz not null default now(),
  updated_at     timestamptz not null default now(),
  last_login_at  timestamptz,
  constraint users_student_details check (
    role <> 'student'
    or (roll_number is not null and college is not null and department is not null
        and course is not null and guide is not null))
);

-- One account per address, however it is written.
create unique index users_email on users (lower(email));
create index users_newest on users (created_at desc, id);

comment on column users.password_hash is 'bcrypt; null for who signs in through another service only';

-- One sign-in on one device. Every access token names its session, so ending it ends the tokens.
create table sessions (
  id           uuid primary key default gen_random_uuid(),
  user_id      uuid        not null references users on delete cascade,
  created_at   timestamptz not null default now(),
  last_used_at timestamptz not null default now(),
  expires_at   timestamptz not null,
  revoked_at   timestamptz,
  revoked_for  text        check (revoked_for in ('logout', 'reuse', 'password', 'admin', 'deleted')),
  address      inet,
  user_agent   text        check (char_length(user_agent) <= 500),
  check ((revoked_at is null) = (revoked_for is null))
);
create index sessions_of_user on sessions (user_id) where revoked_at is null;
create index sessions_expired on sessions (expires_at);

-- The refresh tokens of a session, of which only the newest may be used; an older one that comes again was stolen.
create table refresh_tokens (
  token_hash bytea primary key check (octet_length(token_hash) = 32),
  session_id uuid        not null references sessions on delete cascade,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  used_at    timestamptz
);
create index refresh_tokens_of_session on refresh_tokens (session_id);

-- What was sent by e-mail; good for one use.
create table one_time_tokens (
  token_hash bytea primary key check (octet_length(token_hash) = 32),
  user_id    uuid        not null references users on delete cascade,
  purpose    text        not null check (purpose in ('verify_email', 'reset_password')),
  email      text        not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  used_at    timestamptz
);
create index one_time_tokens_of_user on one_time_tokens (user_id, purpose);

-- Who an account is to another service.
create table oauth_identities (
  provider     text        not null check (provider in ('google', 'github')),
  subject      text        not null check (char_length(subject) between 1 and 255),
  user_id      uuid        not null references users on delete cascade,
  email        text,
  created_at   timestamptz not null default now(),
  last_used_at timestamptz not null default now(),
  primary key (provider, subject),
  unique (user_id, provider)
);

-- Attempts to sign in that failed, by account and by address; also for accounts that do not exist, so that both look alike.
create table login_attempts (
  subject      bytea primary key check (octet_length(subject) = 32),
  failures     integer     not null check (failures >= 0),
  window_ends  timestamptz not null
);
create index login_attempts_over on login_attempts (window_ends);

-- The one user of a server in local mode. Nobody can sign in as it.
insert into users (id, email, name, role, email_verified)
values ('00000000-0000-4000-8000-000000000001', 'local@localhost', 'Local user', 'admin', true);
