-- Plans, subscriptions, payments, invoices, outgoing webhooks.
-- Money is in paise (1 INR = 100 paise), as whole numbers.

CREATE TABLE plans (
  id                   text PRIMARY KEY CHECK (id ~ '^[a-z][a-z0-9_]{0,31}$'),
  name                 text NOT NULL CHECK (name <> ''),
  price                bigint NOT NULL CHECK (price >= 0),
  currency             text NOT NULL DEFAULT 'INR' CHECK (currency ~ '^[A-Z]{3}$'),
  position             integer NOT NULL,
  active               boolean NOT NULL DEFAULT true,
  downloads            boolean NOT NULL,
  -- Kinds of documents that may be made.
  documents            text[] NOT NULL DEFAULT '{}',
  -- Limits; null stands for none.
  tokens_per_month     bigint CHECK (tokens_per_month >= 0),
  fixes_per_month      integer CHECK (fixes_per_month >= 0),
  files_per_project    integer CHECK (files_per_project > 0),
  concurrent_sandboxes integer CHECK (concurrent_sandboxes > 0),
  concurrent_jobs      integer CHECK (concurrent_jobs > 0),
  storage_bytes        bigint CHECK (storage_bytes > 0),
  code_runs_per_day    integer CHECK (code_runs_per_day > 0)
);

INSERT INTO plans (id, name, price, position, downloads, documents, tokens_per_month, fixes_per_month, files_per_project,
                   concurrent_sandboxes, concurrent_jobs, storage_bytes, code_runs_per_day)
VALUES
  ('free', 'Free', 0, 0, false, '{}', 10000, 3, 3, 2, 10, 1073741824, 100),
  ('standard', 'Standard', 199900, 1, true, '{}', 300000, 15, NULL, 4, 40, 5368709120, 1000),
  ('college', 'College', 249900, 2, true, '{project_report,ppt,viva_qa}', 400000, 20, NULL, 4, 40, 10737418240, 1000),
  ('plus', 'Plus', 299900, 3, true, '{project_report,ppt,viva_qa}', 400000, 20, NULL, 8, 80, 10737418240, 2000),
  ('premium', 'Premium', 449900, 4, true, '{project_report,srs,sds,ppt,viva_qa}', 500000, NULL, NULL, 16, 200, 26843545600, 5000);

CREATE TABLE subscriptions (
  id                   uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  user_id              uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  plan_id              text NOT NULL REFERENCES plans (id),
  status               text NOT NULL CHECK (status IN ('active', 'cancelled', 'expired', 'suspended')),
  -- Months are counted from here, so that the 31st does not wander.
  start_date           timestamptz NOT NULL,
  current_period_start timestamptz NOT NULL,
  current_period_end   timestamptz NOT NULL,
  -- The end of what is paid; later than the period's end where a renewal was paid early.
  paid_until           timestamptz NOT NULL,
  cancel_at_period_end boolean NOT NULL DEFAULT false,
  ended_at             timestamptz,
  created_at           timestamptz NOT NULL DEFAULT now(),
  updated_at           timestamptz NOT NULL DEFAULT now(),
  CHECK (current_period_start < current_period_end),
  CHECK (current_period_end <= paid_until),
  CHECK ((status IN ('cancelled', 'expired')) = (ended_at IS NOT NULL))
);
CREATE UNIQUE INDEX subscriptions_one_active ON subscriptions (user_id) WHERE status = 'active';
CREATE INDEX subscriptions_of_user ON subscriptions (user_id, created_at DESC);
CREATE INDEX subscriptions_due ON subscriptions (current_period_end) WHERE status = 'active';

CREATE TABLE transactions (
  id                  uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  -- Payments outlive the account.
  user_id             uuid REFERENCES users (id) ON DELETE SET NULL,
  -- The user as the owner of workspaces, which is what events name.
  owner               text NOT NULL,
  subscription_id     uuid REFERENCES subscriptions (id) ON DELETE SET NULL,
  kind                text NOT NULL CHECK (kind IN ('subscribe', 'renew', 'upgrade')),
  -- Known from the order on: whoever tells of the payment first, the plan that it is for is here.
  plan_id             text NOT NULL REFERENCES plans (id),
  from_plan_id        text REFERENCES plans (id),
  amount              bigint NOT NULL CHECK (amount > 0),
  currency            text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
  status              text NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'success', 'failed', 'refunded')),
  provider            text NOT NULL,
  provider_order_id   text UNIQUE,
  provider_payment_id text UNIQUE,
  failure_reason      text,
  created_at          timestamptz NOT NULL DEFAULT now(),
  completed_at        timestamptz,
  -- When others were told of the success; null until then.
  announced_at        timestamptz,
  CHECK ((kind = 'upgrade') = (from_plan_id IS NOT NULL)),
  CHECK ((status IN ('success', 'refunded')) = (completed_at IS NOT NULL)),
  CHECK (status NOT IN ('success', 'refunded') OR (provider_order_id IS NOT NULL AND provider_payment_id IS NOT NULL))
);
CREATE INDEX transactions_of_user ON transactions (user_id, created_at DESC, id);
CREATE INDEX transactions_without_order ON transactions (created_at) WHERE status = 'pending' AND provider_order_id IS NULL;
CREATE INDEX transactions_unannounced ON transactions (completed_at) WHERE status = 'success' AND announced_at IS NULL;

-- The last number given in a financial year. Its row is locked until the invoice is committed, so that there are no gaps.
CREATE TABLE invoice_numbers (
  financial_year text PRIMARY KEY CHECK (financial_year ~ '^\d{2}-\d{2}$'),
  last           integer NOT NULL CHECK (last > 0)
);

CREATE TABLE invoices (
  id             uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  financial_year text NOT NULL,
  sequence       integer NOT NULL CHECK (sequence > 0),
  -- At most 16 characters, as the GST rules ask for.
  number         text NOT NULL UNIQUE CHECK (char_length(number) <= 16),
  transaction_id uuid NOT NULL UNIQUE REFERENCES transactions (id),
  user_id        uuid REFERENCES users (id) ON DELETE SET NULL,
  -- As it was on that day; what is sent must not change later.
  buyer_name     text NOT NULL,
  buyer_email    text NOT NULL,
  seller_name    text NOT NULL,
  seller_address text NOT NULL DEFAULT '',
  seller_gstin   text NOT NULL DEFAULT '',
  description    text NOT NULL,
  amount         bigint NOT NULL CHECK (amount > 0),
  -- Contained in the amount.
  tax            bigint NOT NULL CHECK (tax >= 0 AND tax < amount),
  tax_percent    integer NOT NULL CHECK (tax_percent BETWEEN 0 AND 99),
  currency       text NOT NULL,
  issued_at      timestamptz NOT NULL,
  UNIQUE (financial_year, sequence)
);

CREATE TABLE webhook_endpoints (
  id                    uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  user_id               uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  -- The user as the owner of workspaces, which is what events name.
  owner                 text NOT NULL,
  url                   text NOT NULL CHECK (char_length(url) BETWEEN 1 AND 2000),
  events                text[] NOT NULL CHECK (cardinality(events) > 0),
  description           text NOT NULL DEFAULT '',
  enabled               boolean NOT NULL DEFAULT true,
  secret                text NOT NULL,
  previous_secret       text,
  previous_secret_until timestamptz,
  created_at            timestamptz NOT NULL DEFAULT now(),
  updated_at            timestamptz NOT NULL DEFAULT now(),
  CHECK ((previous_secret IS NULL) = (previous_secret_until IS NULL))
);
CREATE INDEX webhook_endpoints_of_user ON webhook_endpoints (user_id, created_at DESC, id);
CREATE INDEX webhook_endpoints_of_owner ON webhook_endpoints (owner) WHERE enabled;

CREATE TABLE webhook_deliveries (
  id              uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  endpoint_id     uuid NOT NULL REFERENCES webhook_endpoints (id) ON DELETE CASCADE,
  event_id        text NOT NULL,
  event_type      text NOT NULL,
  -- The body, byte for byte the same in every attempt.
  payload         text NOT NULL,
  status          text NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'sending', 'succeeded', 'dead')),
  attempts        integer NOT NULL DEFAULT 0 CHECK (attempts >= 0),
  next_attempt_at timestamptz NOT NULL,
  -- Until when the server that is sending it has it; afterwards it is anybody's again.
  lease_until     timestamptz,
  last_status     integer,
  last_error      text,
  replay_of       uuid REFERENCES webhook_deliveries (id) ON DELETE SET NULL,
  replay          boolean NOT NULL DEFAULT false,
  created_at      timestamptz NOT NULL DEFAULT now(),
  finished_at     timestamptz,
  CHECK ((status = 'sending') = (lease_until IS NOT NULL)),
  CHECK ((status IN ('succeeded', 'dead')) = (finished_at IS NOT NULL))
);
-- An event is told to an endpoint once, however often it is heard; replays are deliveries of their own.
CREATE UNIQUE INDEX webhook_deliveries_once ON webhook_deliveries (endpoint_id, event_id) WHERE NOT replay;
CREATE INDEX webhook_deliveries_open ON webhook_deliveries (endpoint_id, next_attempt_at) WHERE status IN ('pending', 'sending');
CREATE INDEX webhook_deliveries_log ON webhook_deliveries (endpoint_id, created_at DESC, id);
CREATE INDEX webhook_deliveries_old ON webhook_deliveries (finished_at) WHERE finished_at IS NOT NULL;

CREATE TABLE webhook_attempts (
  delivery_id uuid NOT NULL REFERENCES webhook_deliveries (id) ON DELETE CASCADE,
  attempt     integer NOT NULL CHECK (attempt > 0),
  at          timestamptz NOT NULL,
  duration_ms integer NOT NULL CHECK (duration_ms >= 0),
  -- The answer's, or null where there was none.
  status      integer,
  error       text,
  PRIMARY KEY (delivery_id, attempt)
);
