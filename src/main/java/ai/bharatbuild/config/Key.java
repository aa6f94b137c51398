package ai.bharatbuild.config;

/**
 * The table of settings: name in {@code conf/config.json} and in system properties, environment
 * variable, default and meaning. The page {@code docs/configuration.md} is checked against it.
 */
enum Key {
  HTTP_HOST("http.host", "HOST", "127.0.0.1", "Address to listen on (loopback only, for now)"),
  HTTP_PORT("http.port", "PORT", "8000", "Port of the API and of previews; 0 for any free one"),
  HTTP_INSTANCES("http.instances", "HTTP_INSTANCES", "0", "HTTP verticles; 0 for one per core"),
  CORS_ORIGINS("http.cors_origins", "CORS_ORIGINS", "", "Web origins that may call, by comma"),
  REQUEST_BUFFER_MB(
      "http.request_buffer_mb",
      "REQUEST_BUFFER_MB",
      "0",
      "Memory for bodies; 0: a quarter of heap"),
  METRICS_PORT("telemetry.port", "METRICS_PORT", "9091", "Port of /metrics; -1 for none"),
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
  PREVIEW_SUFFIX(
      "preview.suffix", "PREVIEW_SUFFIX", "preview.localhost", "Host suffix of preview origins"),
  PREVIEW_TIMEOUT_SECONDS(
      "preview.timeout_seconds", "PREVIEW_TIMEOUT_SECONDS", "30", "Silence until 504"),
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
