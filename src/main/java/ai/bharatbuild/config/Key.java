package ai.bharatbuild.config;

/**
 * The table of settings: name in {@code conf/config.json} and in system properties, environment
 * variable, default and meaning. The page {@code docs/configuration.md} is checked against it.
 */
enum Key {
  HTTP_HOST("http.host", "HOST", "127.0.0.1", "Address to listen on"),
  HTTP_PORT("http.port", "PORT", "8000", "Port of the API and of previews; 0 for any free one"),
  HTTP_INSTANCES("http.instances", "HTTP_INSTANCES", "0", "HTTP verticles; 0 for one per core"),
  CORS_ORIGINS("http.cors_origins", "CORS_ORIGINS", "", "Web origins that may call, by comma"),
  REQUEST_BUFFER_MB(
      "http.request_buffer_mb",
      "REQUEST_BUFFER_MB",
      "0",
      "Memory for bodies; 0: a quarter of heap"),
  METRICS_PORT("telemetry.port", "METRICS_PORT", "9091", "Port of /metrics; -1 for none"),
  METRICS_HOST(
      "telemetry.host", "METRICS_HOST", "127.0.0.1", "Address on which /metrics is listened for"),
  JOBS_BASE_PATH("jobs.base_path", "JOBS_BASE_PATH", "/tmp/jobs", "Where workspaces and ZIPs live"),
  JOBS_INSTANCES("jobs.instances", "JOBS_INSTANCES", "0", "Storage verticles; 0 for one per core"),
  JOBS_WORKERS("jobs.workers", "JOBS_WORKERS", "0", "File threads; 0 for four per core"),
  JOB_EXPIRY_HOURS("jobs.expiry_hours", "JOB_EXPIRY_HOURS", "48", "Life of a job"),
  EXPIRED_RECORD_DAYS(
      "jobs.expired_record_days", "EXPIRED_RECORD_DAYS", "7", "How long expired jobs are told of"),
  JOB_SWEEP_MINUTES("jobs.sweep_minutes", "JOB_SWEEP_MINUTES", "60", "Time between two sweeps"),
  MAX_FILE_SIZE_MB("jobs.max_file_size_mb", "MAX_FILE_SIZE_MB", "10", "Largest file written"),
  MAX_PROJECT_SIZE_MB(
      "jobs.max_project_size_mb", "MAX_PROJECT_SIZE_MB", "100", "Largest project written"),
  MAX_ZIP_CONTENT_MB(
      "jobs.max_zip_content_mb", "MAX_ZIP_CONTENT_MB", "4096", "Most that is packed into one ZIP"),
  STORAGE_ALERT_MB(
      "jobs.storage_alert_mb", "STORAGE_ALERT_MB", "10000", "Disk use that health complains of"),
  DISK_LIMITS(
      "jobs.disk_limits",
      "DISK_LIMITS",
      "auto",
      "How sandboxes are held to disk_limit: loop, none, or auto"),
  DISK_RESERVE_MB(
      "jobs.disk_reserve_mb", "DISK_RESERVE_MB", "1024", "Disk that is never given to sandboxes"),
  EXCLUDED_DIRECTORIES(
      "jobs.excluded_directories",
      "EXCLUDED_DIRECTORIES",
      "node_modules,.venv,venv,__pycache__,.pytest_cache,.gradle,.m2,.npm,.cache,.git",
      "Directories left out of counts, quota and ZIP"),
  MODE(
      "accounts.mode",
      "MODE",
      "auto",
      "local (one user, loopback only), accounts, or auto: local on a loopback address"),
  JWT_SECRET(
      "accounts.jwt_secret",
      "JWT_SECRET",
      "",
      "Secret that access tokens are signed with, or several by comma, of which the first signs;"
          + " empty: one is made and kept"),
  ACCESS_TOKEN_MINUTES(
      "accounts.access_token_minutes", "ACCESS_TOKEN_MINUTES", "15", "Life of access tokens"),
  REFRESH_TOKEN_DAYS(
      "accounts.refresh_token_days", "REFRESH_TOKEN_DAYS", "30", "Life of refresh tokens"),
  ADMIN_EMAIL(
      "accounts.admin_email",
      "ADMIN_EMAIL",
      "admin@bharatbuild.local",
      "Who is made the first administrator"),
  DATA_PATH(
      "data.path",
      "DATA_PATH",
      "",
      "Where the database and keys are kept; empty: .state/data below the jobs' base path"),
  DATABASE_URL(
      "data.database_url",
      "DATABASE_URL",
      "",
      "postgresql://user:password@host:port/database; empty: a PostgreSQL of the server's own; off:"
          + " none"),
  DATABASE_POOL_SIZE(
      "data.pool_size",
      "DATABASE_POOL_SIZE",
      "10",
      "Connections to the database at most; one more listens for what other servers tell"),
  SECRETS_KEY(
      "data.secrets_key",
      "SECRETS_KEY",
      "",
      "Secret that encrypts secrets in the database, or several by comma, of which the first"
          + " encrypts; empty: one is made and kept"),
  USAGE_KEPT_DAYS(
      "data.usage_kept_days",
      "USAGE_KEPT_DAYS",
      "90",
      "How long calls are told one by one; 0 for ever. Sums by day are kept for ever"),
  AUDIT_KEPT_DAYS(
      "data.audit_kept_days",
      "AUDIT_KEPT_DAYS",
      "730",
      "How long lines of the audit log are kept, 90 days or more; 0 for ever"),
  TASKS_KEPT_DAYS(
      "data.tasks_kept_days",
      "TASKS_KEPT_DAYS",
      "90",
      "How long tasks that ended are kept; 0 for ever"),
  S3_BUCKET(
      "objects.s3_bucket",
      "S3_BUCKET",
      "",
      "Bucket for what is kept; empty: a directory below DATA_PATH"),
  S3_ENDPOINT(
      "objects.s3_endpoint",
      "S3_ENDPOINT",
      "",
      "URL of a store such as MinIO, called by path; empty: Amazon's"),
  S3_REGION("objects.s3_region", "S3_REGION", "ap-south-1", "Region of the bucket"),
  S3_ACCESS_KEY(
      "objects.s3_access_key",
      "S3_ACCESS_KEY",
      "",
      "Access key; empty: what the AWS SDK finds in the environment"),
  S3_SECRET_KEY("objects.s3_secret_key", "S3_SECRET_KEY", "", "Secret of the access key"),
  ZIP_UPLOAD(
      "objects.zip_upload",
      "ZIP_UPLOAD",
      "false",
      "true to keep each finished ZIP in the bucket as projects/<id>.zip, as long as the job's"
          + " record"),
  BUILDS("work.builds", "BUILDS", "2", "Builds of projects that run at once on this server"),
  DOCKER_SOCKET("sandbox.socket", "DOCKER_SOCKET", "/var/run/docker.sock", "The engine's socket"),
  SANDBOX_IMAGE_PREFIX(
      "sandbox.image_prefix", "SANDBOX_IMAGE_PREFIX", "bharatbuild", "Runtime images' prefix"),
  SANDBOX_NETWORK(
      "sandbox.network",
      "SANDBOX_NETWORK",
      "bharatbuild-sandboxes",
      "Name of the sandboxes' network; the server's id is added"),
  SANDBOX_EGRESS_ALLOW(
      "sandbox.egress_allow",
      "SANDBOX_EGRESS_ALLOW",
      "",
      "Private places egress reaches, place:port by comma; empty: the proxy in the environment"),
  SANDBOX_DNS(
      "sandbox.dns",
      "SANDBOX_DNS",
      "",
      "DNS for names in policies, address:port; empty: the host's"),
  SANDBOX_LINKS(
      "sandbox.links",
      "SANDBOX_LINKS",
      "auto",
      "Who connects sandboxes to their network: engine, or auto for the server where it can"),
  SANDBOX_SOCKET_DIR(
      "sandbox.socket_dir",
      "SANDBOX_SOCKET_DIR",
      "",
      "Where sandboxes' own sockets are, on the engine's machine; empty: /run/bharatbuild if"
          + " /run can be written, else below the base path, as with the word state"),
  SANDBOX_RUNTIME("sandbox.runtime", "SANDBOX_RUNTIME", "", "OCI runtime, such as runsc"),
  SANDBOX_CA_BUNDLE(
      "sandbox.ca_bundle",
      "SANDBOX_CA_BUNDLE",
      "/etc/ssl/certs/ca-certificates.crt",
      "PEM bundle that sandboxes trust; empty or missing for none"),
  SANDBOX_UID("sandbox.uid", "SANDBOX_UID", "10001", "User of commands when the server is root"),
  COMMAND_POLICY(
      "sandbox.command_policy",
      "COMMAND_POLICY",
      "advise",
      "advise, or enforce to refuse commands"),
  MAX_MEMORY_MB("sandbox.max_memory_mb", "SANDBOX_MAX_MEMORY_MB", "2048", "Largest memory limit"),
  MAX_CPUS("sandbox.max_cpus", "SANDBOX_MAX_CPUS", "2.0", "Largest processor share"),
  MAX_PIDS("sandbox.max_pids", "SANDBOX_MAX_PIDS", "1024", "Largest process limit"),
  MAX_DISK_MB("sandbox.max_disk_mb", "SANDBOX_MAX_DISK_MB", "4096", "Largest disk limit"),
  MAX_TMPFS_MB("sandbox.max_tmpfs_mb", "SANDBOX_MAX_TMPFS_MB", "1024", "Largest /tmp"),
  EXEC_LOG_MB("sandbox.exec_log_mb", "EXEC_LOG_MB", "64", "Output kept of one exec"),
  MAX_SANDBOXES("sandbox.max_per_caller", "MAX_SANDBOXES", "50", "Live sandboxes of one caller"),
  SANDBOX_SWEEP_SECONDS(
      "sandbox.sweep_seconds", "SANDBOX_SWEEP_SECONDS", "30", "Time between looks for idle ones"),
  SANDBOX_INSTANCES(
      "sandbox.instances", "SANDBOX_INSTANCES", "0", "Container verticles; 0 for one per core"),
  SANDBOX_MEMORY_MB(
      "sandbox.memory_mb",
      "SANDBOX_MEMORY_MB",
      "0",
      "Memory of all running sandboxes; 0: most of the machine's"),
  PAUSE_SECONDS(
      "sandbox.pause_seconds",
      "SANDBOX_PAUSE_SECONDS",
      "300",
      "Time unused until a sandbox is frozen; 0 for never"),
  WARM_POOL(
      "sandbox.warm_pool",
      "WARM_POOL",
      "node=1,python=1",
      "Sandboxes kept waiting at least, by type; nothing for none"),
  WARM_POOL_MAX(
      "sandbox.warm_pool_max",
      "WARM_POOL_MAX",
      "4",
      "Sandboxes of one type waiting at most; 0 for no waiting sandboxes"),
  ONESHOT_RUNTIME(
      "oneshot.runtime",
      "ONESHOT_RUNTIME",
      "auto",
      "What runs single commands: process (bubblewrap), docker, or auto: process where it works"),
  ONESHOT_ROOT(
      "oneshot.root",
      "ONESHOT_ROOT",
      "image",
      "What process shows commands: the runtime images' files, or the host's own programs"),
  ONESHOT_CONCURRENCY(
      "oneshot.concurrency",
      "ONESHOT_CONCURRENCY",
      "0",
      "Single commands that run at once; 0 for four per core"),
  ONESHOT_SPARE(
      "oneshot.spare",
      "ONESHOT_SPARE",
      "4",
      "Unused sandboxes of each kind that may wait for single commands"),
  ONESHOT_GROUP(
      "oneshot.group",
      "ONESHOT_GROUP",
      "bharatbuild",
      "Control group, below the root of the hierarchies, in which process makes its own"),
  ONESHOT_BWRAP("oneshot.bwrap", "ONESHOT_BWRAP", "/usr/bin/bwrap", "The program bwrap"),
  ONESHOT_LAUNCHER(
      "oneshot.launcher",
      "ONESHOT_LAUNCHER",
      "",
      "The program of docker/launcher; empty for launcher/launcher beside the jar"),
  PAYMENT_PROVIDER(
      "billing.provider",
      "PAYMENT_PROVIDER",
      "offline",
      "Who takes payments: razorpay, or offline, where an operator marks orders as paid"),
  RAZORPAY_KEY_ID("billing.razorpay_key_id", "RAZORPAY_KEY_ID", "", "Razorpay's key id"),
  RAZORPAY_KEY_SECRET("billing.razorpay_key_secret", "RAZORPAY_KEY_SECRET", "", "Its secret"),
  RAZORPAY_WEBHOOK_SECRET(
      "billing.razorpay_webhook_secret",
      "RAZORPAY_WEBHOOK_SECRET",
      "",
      "Secret of the webhook that Razorpay calls"),
  RAZORPAY_URL(
      "billing.razorpay_url",
      "RAZORPAY_URL",
      "https://api.razorpay.com",
      "Where Razorpay's API is"),
  SELLER_NAME("billing.seller_name", "SELLER_NAME", "BharatBuild", "Who sells, on invoices"),
  SELLER_ADDRESS(
      "billing.seller_address", "SELLER_ADDRESS", "", "The seller's address, on invoices"),
  SELLER_GSTIN(
      "billing.seller_gstin",
      "SELLER_GSTIN",
      "",
      "The seller's GSTIN, on invoices; empty for none"),
  GST_PERCENT(
      "billing.gst_percent",
      "GST_PERCENT",
      "0",
      "GST contained in prices, shown on invoices; 0 for none"),
  WEBHOOK_ALLOW_LOOPBACK(
      "webhooks.allow_loopback",
      "WEBHOOK_ALLOW_LOOPBACK",
      "false",
      "Whether webhooks may go to this machine's loopback addresses, for development"),
  WEBHOOK_MAX_ATTEMPTS(
      "webhooks.max_attempts", "WEBHOOK_MAX_ATTEMPTS", "8", "Attempts until a delivery is dead"),
  WEBHOOK_KEPT_DAYS(
      "webhooks.kept_days",
      "WEBHOOK_KEPT_DAYS",
      "30",
      "How long deliveries that ended are kept; 0 for ever"),
  REDIS_URL("limits.redis_url", "REDIS_URL", "", "redis://:password@host:port/0; empty: none"),
  RATE_LIMITS(
      "limits.rate_limits", "RATE_LIMITS", "auto", "on, off, or auto: on where there are accounts"),
  RATE_TABLE(
      "limits.rates",
      "RATE_TABLE",
      "",
      "Rates other than the documented, such as exec=60/min,files=10/s"),
  TRUSTED_PROXIES(
      "limits.trusted_proxies",
      "TRUSTED_PROXIES",
      "",
      "Addresses and ranges whose X-Forwarded-For is believed"),
  USAGE_CALLS(
      "limits.usage_calls",
      "USAGE_CALLS",
      "auto",
      "Calls of which rows are kept: all, keys, none, or auto: all where there are accounts"),
  PREVIEW_SUFFIX(
      "preview.suffix", "PREVIEW_SUFFIX", "preview.localhost", "Host suffix of preview origins"),
  PREVIEW_TIMEOUT_SECONDS(
      "preview.timeout_seconds", "PREVIEW_TIMEOUT_SECONDS", "30", "Silence until 504"),
  PREVIEW_TICKET_MINUTES(
      "preview.ticket_minutes",
      "PREVIEW_TICKET_MINUTES",
      "10",
      "Life of the ticket in the address of a private preview"),
  PREVIEW_SESSION_HOURS(
      "preview.session_hours",
      "PREVIEW_SESSION_HOURS",
      "12",
      "How long a browser that came with a ticket sees the preview"),
  PREVIEW_SAME_SITE(
      "preview.same_site",
      "PREVIEW_SAME_SITE",
      "lax",
      "Cookie of private previews: lax, strict, or none for frames on another site"),
  PREVIEW_PUBLIC_URL(
      "preview.public_url",
      "PREVIEW_PUBLIC_URL",
      "",
      "Scheme and port that previews are seen at through a proxy, such as https://*:8443; empty:"
          + " http and the server's port"),
  MODEL_PROVIDER(
      "agents.provider",
      "MODEL_PROVIDER",
      "auto",
      "Who answers: anthropic, gemini, openai, template (no model), or auto: the first that is set"
          + " up"),
  MODELS_FILE(
      "agents.models_file",
      "MODELS_FILE",
      "",
      "Table of models, limits and prices, as JSON; empty for the packaged one"),
  ANTHROPIC_API_KEY("agents.anthropic_api_key", "ANTHROPIC_API_KEY", "", "Key for Anthropic"),
  ANTHROPIC_BASE_URL(
      "agents.anthropic_base_url",
      "ANTHROPIC_BASE_URL",
      "https://api.anthropic.com",
      "Where Anthropic's Messages API is"),
  GEMINI_API_KEY("agents.gemini_api_key", "GEMINI_API_KEY", "", "Key for Gemini"),
  GEMINI_BASE_URL(
      "agents.gemini_base_url",
      "GEMINI_BASE_URL",
      "https://generativelanguage.googleapis.com",
      "Where the Gemini API is"),
  OPENAI_API_KEY("agents.openai_api_key", "OPENAI_API_KEY", "", "Key for OpenAI"),
  OPENAI_BASE_URL(
      "agents.openai_base_url",
      "OPENAI_BASE_URL",
      "https://api.openai.com/v1",
      "Where chat completions are; another server than OpenAI's needs no key"),
  MODEL_SILENCE_SECONDS(
      "agents.silence_seconds", "MODEL_SILENCE_SECONDS", "120", "How long a model may say nothing"),
  MODEL_TOTAL_SECONDS(
      "agents.total_seconds", "MODEL_TOTAL_SECONDS", "1800", "How long one answer may take"),
  MODEL_RECORD_DIR(
      "agents.record_dir",
      "MODEL_RECORD_DIR",
      "",
      "Where calls to models are recorded, prompts and all; empty for nowhere"),
  MODEL_REPLAY_DIR(
      "agents.replay_dir",
      "MODEL_REPLAY_DIR",
      "",
      "A recording to answer from instead of MODEL_PROVIDER's server; empty for none"),
  RUNS_CONCURRENT(
      "agents.runs_concurrent", "RUNS_CONCURRENT", "4", "Runs of agents that work at once"),
  RUNS_WAITING(
      "agents.runs_waiting", "RUNS_WAITING", "100", "Runs of agents that may wait for their turn"),
  RUN_MAX_COST_MICROS(
      "agents.run_max_cost_micros",
      "RUN_MAX_COST_MICROS",
      "5000000",
      "What one run may cost, in millionths of the currency of the table of models"),
  RUN_MAX_TOKENS(
      "agents.run_max_tokens", "RUN_MAX_TOKENS", "2000000", "Tokens that one run may use"),
  FRONTEND_URL(
      "mail.frontend_url",
      "FRONTEND_URL",
      "",
      "Address of the pages that links in e-mails lead to; empty: this server's own"),
  GOOGLE_CLIENT_ID(
      "oauth.google_client_id",
      "GOOGLE_CLIENT_ID",
      "",
      "OAuth client of this server at Google; empty: no sign-in with Google"),
  GOOGLE_CLIENT_SECRET("oauth.google_client_secret", "GOOGLE_CLIENT_SECRET", "", "Its secret"),
  GOOGLE_AUTHORIZE_URL(
      "oauth.google_authorize_url",
      "GOOGLE_AUTHORIZE_URL",
      "https://accounts.google.com/o/oauth2/v2/auth",
      "Where browsers are sent to"),
  GOOGLE_TOKEN_URL(
      "oauth.google_token_url",
      "GOOGLE_TOKEN_URL",
      "https://oauth2.googleapis.com/token",
      "Where codes are exchanged"),
  GOOGLE_USER_URL(
      "oauth.google_user_url",
      "GOOGLE_USER_URL",
      "https://openidconnect.googleapis.com/v1/userinfo",
      "Where it is asked who somebody is"),
  GITHUB_CLIENT_ID(
      "oauth.github_client_id",
      "GITHUB_CLIENT_ID",
      "",
      "OAuth client of this server at GitHub; empty: no sign-in with GitHub"),
  GITHUB_CLIENT_SECRET("oauth.github_client_secret", "GITHUB_CLIENT_SECRET", "", "Its secret"),
  GITHUB_AUTHORIZE_URL(
      "oauth.github_authorize_url",
      "GITHUB_AUTHORIZE_URL",
      "https://github.com/login/oauth/authorize",
      "Where browsers are sent to"),
  GITHUB_TOKEN_URL(
      "oauth.github_token_url",
      "GITHUB_TOKEN_URL",
      "https://github.com/login/oauth/access_token",
      "Where codes are exchanged"),
  GITHUB_USER_URL(
      "oauth.github_user_url",
      "GITHUB_USER_URL",
      "https://api.github.com/user",
      "Where it is asked who somebody is; its addresses are at /emails below"),
  OAUTH_CALLBACK_URL(
      "oauth.callback_url",
      "OAUTH_CALLBACK_URL",
      "",
      "Where services send browsers back, with {provider} in it; empty: the API's callbacks at"
          + " FRONTEND_URL"),
  MAIL_FROM(
      "mail.from",
      "MAIL_FROM",
      "BharatBuild <no-reply@localhost>",
      "Sender of the server's e-mails"),
  MAIL_SMTP_HOST(
      "mail.smtp_host",
      "MAIL_SMTP_HOST",
      "",
      "Mail server; empty: e-mails are laid in the directory outbox of the server's data"),
  MAIL_SMTP_PORT("mail.smtp_port", "MAIL_SMTP_PORT", "587", "Port of the mail server"),
  MAIL_SMTP_TLS(
      "mail.smtp_tls",
      "MAIL_SMTP_TLS",
      "starttls",
      "starttls or tls, both of which are insisted on, or none"),
  MAIL_SMTP_USERNAME("mail.smtp_username", "MAIL_SMTP_USERNAME", "", "Empty for no sign-in"),
  MAIL_SMTP_PASSWORD("mail.smtp_password", "MAIL_SMTP_PASSWORD", "", "Password of that user"),
  MAIL_SMTP_CA(
      "mail.smtp_ca",
      "MAIL_SMTP_CA",
      "",
      "PEM file of who vouches for the mail server; empty: whom Java trusts"),
  MAIL_OUTBOX_MAX("mail.outbox_max", "MAIL_OUTBOX_MAX", "1000", "E-mails kept in the outbox"),
  MAIL_OUTBOX_DAYS("mail.outbox_days", "MAIL_OUTBOX_DAYS", "7", "How long they are kept"),
  FRAME_ANCESTORS(
      "preview.frame_ancestors",
      "PREVIEW_FRAME_ANCESTORS",
      "'self' http://localhost:* http://127.0.0.1:*",
      "Who may frame previews");

  final String property;
  final String env;
  final String fallback;
  final String meaning;

  Key(String property, String env, String fallback, String meaning) {
    this.property = property;
    this.env = env;
    this.fallback = fallback;
    this.meaning = meaning;
  }
}
