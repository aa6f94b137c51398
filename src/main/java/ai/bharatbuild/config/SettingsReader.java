package ai.bharatbuild.config;

import ai.bharatbuild.kv.Rate;
import ai.bharatbuild.net.AddressRange;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Turns the table's texts into checked {@link Settings}. */
final class SettingsReader {
  /** Workspaces have hosts of their own, so the host says nothing. */
  private static final Pattern PUBLIC_URL =
      Pattern.compile("(https?)://[A-Za-z0-9.*-]+(?::([1-9][0-9]{0,4}))?/?");

  private static final long MB = 1 << 20;
  private static final int MOST_DAYS = 36_500;

  /** The database itself refuses the removal of younger lines. */
  private static final int LEAST_AUDIT_DAYS = 90;

  private static final Pattern DNS_SERVER =
      Pattern.compile("(\\d{1,3}(?:\\.\\d{1,3}){3})(?::([1-9]\\d{0,4}))?");
  private final Map<Key, String> values;
  private final int cores = Runtime.getRuntime().availableProcessors();

  private SettingsReader(Map<Key, String> values) {
    this.values = values;
  }

  static Settings read(Map<Key, String> values) {
    SettingsReader reader = new SettingsReader(values);
    return new Settings(
        reader.http(),
        reader.jobs(),
        reader.accounts(),
        reader.data(),
        reader.kept(),
        reader.objects(),
        reader.work(),
        reader.sandboxes(),
        reader.oneShots(),
        reader.billing(),
        reader.webhooks(),
        reader.limits(),
        reader.preview(),
        new MailSettingsReader(values).read(),
        new OAuthSettingsReader(values).read(),
        new ModelSettings(reader).read(),
        new ModelSettings(reader).agents(),
        reader.telemetry());
  }

  private Settings.Http http() {
    long buffer = whole(Key.REQUEST_BUFFER_MB, 0, 1 << 20) * MB;
    return new Settings.Http(
        address(Key.HTTP_HOST),
        (int) whole(Key.HTTP_PORT, 0, 65_535),
        orElse(Key.HTTP_INSTANCES, cores),
        list(Key.CORS_ORIGINS),
        buffer > 0 ? buffer : Runtime.getRuntime().maxMemory() / 4);
  }

  private Settings.Jobs jobs() {
    return new Settings.Jobs(
        path(Key.JOBS_BASE_PATH),
        orElse(Key.JOBS_INSTANCES, cores),
        orElse(Key.JOBS_WORKERS, 4 * cores),
        Duration.ofHours(whole(Key.JOB_EXPIRY_HOURS, 1, 24 * 3650)),
        Duration.ofDays(whole(Key.EXPIRED_RECORD_DAYS, 0, 3650)),
        Duration.ofMinutes(whole(Key.JOB_SWEEP_MINUTES, 1, 24 * 60)),
        whole(Key.MAX_FILE_SIZE_MB, 1, 2047) * MB,
        whole(Key.MAX_PROJECT_SIZE_MB, 1, 1 << 20) * MB,
        whole(Key.MAX_ZIP_CONTENT_MB, 1, 1 << 20) * MB,
        whole(Key.STORAGE_ALERT_MB, 1, 1L << 40) * MB,
        Set.copyOf(list(Key.EXCLUDED_DIRECTORIES)),
        oneOf(Key.DISK_LIMITS, "auto", "loop", "none"),
        whole(Key.DISK_RESERVE_MB, 0, 1L << 40) * MB);
  }

  private Settings.Accounts accounts() {
    boolean loopback = isLoopback(Key.HTTP_HOST);
    String mode = oneOf(Key.MODE, "auto", "local", "accounts");
    if (mode.equals("local") && !loopback) {
      throw wrong(
          Key.MODE,
          "accounts, since HOST is no loopback address: in local mode every caller is the one"
              + " local user, so nobody else may reach the server");
    }
    boolean local = mode.equals("local") || mode.equals("auto") && loopback;
    if (!local && text(Key.DATABASE_URL).equals("off")) {
      throw wrong(
          Key.DATABASE_URL, "a database, since there are accounts (MODE, or HOST, asks for them)");
    }
    list(Key.JWT_SECRET).forEach(secret -> StrongSecret.check(Key.JWT_SECRET, secret));
    return new Settings.Accounts(
        local,
        list(Key.JWT_SECRET),
        Duration.ofMinutes(whole(Key.ACCESS_TOKEN_MINUTES, 1, 24 * 60)),
        Duration.ofDays(whole(Key.REFRESH_TOKEN_DAYS, 1, 365)),
        text(Key.ADMIN_EMAIL));
  }

  private Settings.Data data() {
    String url = text(Key.DATABASE_URL);
    if (!url.isEmpty() && !url.equals("off") && !isDatabase(url)) {
      // The value may hold a password, so it is not repeated.
      throw new InvalidSettingException(
          "DATABASE_URL (data.database_url) must be empty, off, or"
              + " postgresql://user:password@host:port/database");
    }
    list(Key.SECRETS_KEY).forEach(secret -> StrongSecret.check(Key.SECRETS_KEY, secret));
    return new Settings.Data(
        dataPath(), url, (int) whole(Key.DATABASE_POOL_SIZE, 2, 500), list(Key.SECRETS_KEY));
  }

  /** What lies beside workspaces under a name that one could have is swept away as left over. */
  private Path dataPath() {
    Path jobs = path(Key.JOBS_BASE_PATH);
    Path state = jobs.resolve(".state");
    Path data = text(Key.DATA_PATH).isEmpty() ? state.resolve("data") : path(Key.DATA_PATH);
    if (data.startsWith(jobs) && !data.startsWith(state)) {
      throw wrong(Key.DATA_PATH, "outside of JOBS_BASE_PATH, where directories are workspaces");
    }
    return data;
  }

  private static boolean isDatabase(String url) {
    try {
      URI uri = new URI(url);
      return List.of("postgresql", "postgres").contains(uri.getScheme())
          && uri.getHost() != null
          && uri.getUserInfo() != null
          && uri.getPath() != null
          && uri.getPath().length() > 1;
    } catch (URISyntaxException e) {
      return false;
    }
  }

  private Settings.Objects objects() {
    String access = text(Key.S3_ACCESS_KEY);
    String secret = text(Key.S3_SECRET_KEY);
    if (access.isEmpty() != secret.isEmpty()) {
      throw new InvalidSettingException(
          "S3_ACCESS_KEY and S3_SECRET_KEY are given both, or neither of them");
    }
    String endpoint = text(Key.S3_ENDPOINT);
    if (!endpoint.isEmpty() && !endpoint.matches("https?://[^/?#@]+/?")) {
      throw wrong(Key.S3_ENDPOINT, "a URL such as http://minio:9000");
    }
    boolean upload = oneOf(Key.ZIP_UPLOAD, "false", "true").equals("true");
    if (upload && text(Key.S3_BUCKET).isEmpty()) {
      throw new InvalidSettingException("ZIP_UPLOAD needs a bucket: set S3_BUCKET");
    }
    return new Settings.Objects(
        text(Key.S3_BUCKET),
        endpoint.isEmpty() ? null : URI.create(endpoint),
        text(Key.S3_REGION),
        access.isEmpty() ? null : access,
        secret.isEmpty() ? null : secret,
        upload);
  }

  private Settings.Work work() {
    return new Settings.Work((int) whole(Key.BUILDS, 0, 1000));
  }

  private Settings.Sandboxes sandboxes() {
    return new Settings.Sandboxes(
        path(Key.DOCKER_SOCKET),
        text(Key.SANDBOX_IMAGE_PREFIX),
        text(Key.SANDBOX_NETWORK),
        list(Key.SANDBOX_EGRESS_ALLOW),
        list(Key.SANDBOX_DNS).stream().map(this::dnsServer).toList(),
        oneOf(Key.SANDBOX_LINKS, "auto", "engine").equals("auto"),
        socketDirectory(),
        text(Key.SANDBOX_RUNTIME),
        bundle(),
        (int) whole(Key.SANDBOX_UID, 1, 65_533),
        oneOf(Key.COMMAND_POLICY, "advise", "enforce").equals("enforce"),
        whole(Key.MAX_MEMORY_MB, 16, 1 << 20) * MB,
        decimal(Key.MAX_CPUS, 0.01, 1024),
        (int) whole(Key.MAX_PIDS, 8, 1 << 20),
        whole(Key.MAX_DISK_MB, 1, 1 << 30) * MB,
        whole(Key.MAX_TMPFS_MB, 1, 1 << 20) * MB,
        whole(Key.EXEC_LOG_MB, 1, 4096) * MB,
        (int) whole(Key.MAX_SANDBOXES, 1, 100_000),
        Duration.ofSeconds(whole(Key.SANDBOX_SWEEP_SECONDS, 1, 3600)),
        orElse(Key.SANDBOX_INSTANCES, cores),
        sandboxMemory(),
        Duration.ofSeconds(whole(Key.PAUSE_SECONDS, 0, 86_400)),
        warmPool(),
        (int) whole(Key.WARM_POOL_MAX, 0, 100));
  }

  private Map<String, Integer> warmPool() {
    Map<String, Integer> numbers = new HashMap<>();
    for (String entry : list(Key.WARM_POOL)) {
      if (!entry.matches("[a-z]+=[0-9]{1,2}")) {
        throw wrong(Key.WARM_POOL, "a list such as node=2,python=1");
      }
      int equals = entry.indexOf('=');
      numbers.put(entry.substring(0, equals), Integer.valueOf(entry.substring(equals + 1)));
    }
    return Map.copyOf(numbers);
  }

  private long sandboxMemory() {
    long given = whole(Key.SANDBOX_MEMORY_MB, 0, 1L << 30) * MB;
    return given > 0 ? given : HostMemory.forSandboxes();
  }

  private Settings.OneShots oneShots() {
    String choice = oneOf(Key.ONESHOT_RUNTIME, "auto", "process", "docker");
    String group = text(Key.ONESHOT_GROUP);
    if (!group.matches("[A-Za-z0-9_][A-Za-z0-9_.@-]*(/[A-Za-z0-9_][A-Za-z0-9_.@-]*)*")) {
      throw wrong(Key.ONESHOT_GROUP, "a relative path of a control group");
    }
    int concurrency = (int) whole(Key.ONESHOT_CONCURRENCY, 0, 100);
    return new Settings.OneShots(
        Settings.OneShots.Choice.valueOf(choice.toUpperCase(Locale.ROOT)),
        oneOf(Key.ONESHOT_ROOT, "image", "host").equals("host"),
        concurrency == 0 ? Math.min(4 * cores, 100) : concurrency,
        (int) whole(Key.ONESHOT_SPARE, 1, 16),
        group,
        path(Key.ONESHOT_BWRAP),
        text(Key.ONESHOT_LAUNCHER).isEmpty() ? null : path(Key.ONESHOT_LAUNCHER));
  }

  private Settings.Billing billing() {
    String provider = oneOf(Key.PAYMENT_PROVIDER, "offline", "razorpay");
    if (provider.equals("razorpay")) {
      for (Key needed :
          List.of(Key.RAZORPAY_KEY_ID, Key.RAZORPAY_KEY_SECRET, Key.RAZORPAY_WEBHOOK_SECRET)) {
        if (text(needed).isEmpty()) {
          throw new InvalidSettingException(
              needed.env + " (" + needed.property + ") must be set with PAYMENT_PROVIDER=razorpay");
        }
      }
    }
    if (!text(Key.RAZORPAY_URL).matches("https?://[A-Za-z0-9.:\\[\\]-]+")) {
      throw wrong(Key.RAZORPAY_URL, "a URL without a path, such as https://api.razorpay.com");
    }
    return new Settings.Billing(
        provider,
        URI.create(text(Key.RAZORPAY_URL)),
        text(Key.RAZORPAY_KEY_ID),
        text(Key.RAZORPAY_KEY_SECRET),
        text(Key.RAZORPAY_WEBHOOK_SECRET),
        text(Key.SELLER_NAME),
        text(Key.SELLER_ADDRESS),
        text(Key.SELLER_GSTIN),
        (int) whole(Key.GST_PERCENT, 0, 99));
  }

  private Settings.Kept kept() {
    long audit = whole(Key.AUDIT_KEPT_DAYS, 0, MOST_DAYS);
    if (audit != 0 && audit < LEAST_AUDIT_DAYS) {
      throw wrong(Key.AUDIT_KEPT_DAYS, "0, or " + LEAST_AUDIT_DAYS + " or more");
    }
    return new Settings.Kept(
        Duration.ofDays(whole(Key.USAGE_KEPT_DAYS, 0, MOST_DAYS)),
        Duration.ofDays(audit),
        Duration.ofDays(whole(Key.TASKS_KEPT_DAYS, 0, MOST_DAYS)),
        Duration.ofDays(whole(Key.WEBHOOK_KEPT_DAYS, 0, MOST_DAYS)));
  }

  private Settings.Webhooks webhooks() {
    return new Settings.Webhooks(
        oneOf(Key.WEBHOOK_ALLOW_LOOPBACK, "true", "false").equals("true"),
        (int) whole(Key.WEBHOOK_MAX_ATTEMPTS, 1, 20));
  }

  private Settings.Limits limits() {
    String url = text(Key.REDIS_URL);
    if (!url.isEmpty() && !url.matches("rediss?://[^/\\s]+(/\\d+)?|unix:///\\S+")) {
      // The value may hold a password, so it is not repeated.
      throw new InvalidSettingException(
          "REDIS_URL (limits.redis_url) must be empty or redis://:password@host:port/0");
    }
    return new Settings.Limits(
        url,
        oneOf(Key.RATE_LIMITS, "auto", "on", "off"),
        rates(),
        list(Key.TRUSTED_PROXIES).stream().map(this::proxy).toList(),
        oneOf(Key.USAGE_CALLS, "auto", "all", "keys", "none"));
  }

  private Map<String, Rate> rates() {
    Map<String, Rate> rates = new HashMap<>();
    for (String entry : list(Key.RATE_TABLE)) {
      int equals = entry.indexOf('=');
      try {
        rates.put(
            entry.substring(0, Math.max(0, equals)).strip(),
            Rate.parse(entry.substring(equals + 1)));
      } catch (IllegalArgumentException e) {
        throw wrong(Key.RATE_TABLE, "a list such as exec=60/min,files=10/s: " + e.getMessage());
      }
    }
    return Map.copyOf(rates);
  }

  private AddressRange proxy(String text) {
    return AddressRange.parse(text)
        .orElseThrow(
            () -> wrong(Key.TRUSTED_PROXIES, "addresses or ranges such as 10.0.0.0/8, by comma"));
  }

  private Settings.Preview preview() {
    String suffix = text(Key.PREVIEW_SUFFIX);
    if (!suffix.matches("[a-z0-9]([a-z0-9.-]*[a-z0-9])?")) {
      throw wrong(Key.PREVIEW_SUFFIX, "a host name in lower case");
    }
    Matcher seen = publicUrl();
    return new Settings.Preview(
        suffix,
        Duration.ofSeconds(whole(Key.PREVIEW_TIMEOUT_SECONDS, 1, 3600)),
        text(Key.FRAME_ANCESTORS),
        Duration.ofMinutes(whole(Key.PREVIEW_TICKET_MINUTES, 1, 24 * 60)),
        Duration.ofHours(whole(Key.PREVIEW_SESSION_HOURS, 1, 30 * 24)),
        sameSite(),
        seen == null ? "http" : seen.group(1),
        publicPort(seen));
  }

  private static int publicPort(Matcher seen) {
    if (seen == null) {
      return 0;
    }
    int usual = seen.group(1).equals("https") ? 443 : 80;
    return seen.group(2) == null ? usual : Integer.parseInt(seen.group(2));
  }

  /** Null where previews are seen as the server listens. */
  private Matcher publicUrl() {
    String given = text(Key.PREVIEW_PUBLIC_URL);
    Matcher seen = PUBLIC_URL.matcher(given);
    if (!given.isEmpty() && !seen.matches()) {
      throw wrong(Key.PREVIEW_PUBLIC_URL, "a scheme and a port, such as https://*:8443");
    }
    return given.isEmpty() ? null : seen;
  }

  private String sameSite() {
    String word = oneOf(Key.PREVIEW_SAME_SITE, "lax", "strict", "none");
    return Character.toUpperCase(word.charAt(0)) + word.substring(1);
  }

  private Settings.Telemetry telemetry() {
    return new Settings.Telemetry(
        address(Key.METRICS_HOST), (int) whole(Key.METRICS_PORT, -1, 65_535));
  }

  String text(Key key) {
    return values.get(key).strip();
  }

  private List<String> list(Key key) {
    return Arrays.stream(text(key).split(","))
        .map(String::strip)
        .filter(s -> !s.isEmpty())
        .toList();
  }

  Path path(Key key) {
    Path path = Path.of(text(key));
    if (text(key).isEmpty() || !path.isAbsolute()) {
      throw wrong(key, "an absolute path");
    }
    return path.normalize();
  }

  private String socketDirectory() {
    String text = text(Key.SANDBOX_SOCKET_DIR);
    if (text.isEmpty() || text.equals("state")) {
      return text;
    }
    if (!text.startsWith("/")) {
      throw wrong(Key.SANDBOX_SOCKET_DIR, "an absolute path, state, or empty");
    }
    return path(Key.SANDBOX_SOCKET_DIR).toString();
  }

  private InetSocketAddress dnsServer(String text) {
    Matcher matcher = DNS_SERVER.matcher(text);
    int port =
        !matcher.matches() || matcher.group(2) == null ? 53 : Integer.parseInt(matcher.group(2));
    if (!matcher.matches() || port > 65_535) {
      throw wrong(Key.SANDBOX_DNS, "addresses such as 192.0.2.53 or 192.0.2.53:5353, by comma");
    }
    return new InetSocketAddress(matcher.group(1), port);
  }

  private Path bundle() {
    if (text(Key.SANDBOX_CA_BUNDLE).isEmpty()) {
      return null;
    }
    Path path = path(Key.SANDBOX_CA_BUNDLE);
    if (Files.isReadable(path)) {
      return path;
    }
    if (text(Key.SANDBOX_CA_BUNDLE).equals(Key.SANDBOX_CA_BUNDLE.fallback)) {
      return null;
    }
    throw wrong(Key.SANDBOX_CA_BUNDLE, "a readable PEM file");
  }

  private String address(Key key) {
    isLoopback(key);
    return text(key);
  }

  private boolean isLoopback(Key key) {
    try {
      return InetAddress.getByName(text(key)).isLoopbackAddress();
    } catch (UnknownHostException e) {
      throw wrong(key, "an address of this machine such as 127.0.0.1");
    }
  }

  long whole(Key key, long min, long max) {
    try {
      long value = Long.parseLong(text(key));
      if (value >= min && value <= max) {
        return value;
      }
    } catch (NumberFormatException e) {
      throw wrong(key, "a whole number from " + min + " to " + max);
    }
    throw wrong(key, "a whole number from " + min + " to " + max);
  }

  private int orElse(Key key, int fallback) {
    int value = (int) whole(key, 0, 1024);
    return value == 0 ? fallback : value;
  }

  private double decimal(Key key, double min, double max) {
    try {
      double value = Double.parseDouble(text(key));
      if (value >= min && value <= max) {
        return value;
      }
    } catch (NumberFormatException e) {
      throw wrong(key, "a number from " + min + " to " + max);
    }
    throw wrong(key, "a number from " + min + " to " + max);
  }

  String oneOf(Key key, String... allowed) {
    if (List.of(allowed).contains(text(key))) {
      return text(key);
    }
    throw wrong(key, "one of " + String.join(", ", allowed));
  }

  private InvalidSettingException wrong(Key key, String allowed) {
    return new InvalidSettingException(
        "%s (%s) is '%s'; it must be %s"
            .formatted(key.env, key.property, values.get(key), allowed));
  }
}
