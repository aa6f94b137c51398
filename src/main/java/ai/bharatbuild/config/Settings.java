package ai.bharatbuild.config;

import ai.bharatbuild.kv.Rate;
import ai.bharatbuild.net.AddressRange;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Everything that can be configured, checked and in final units. Made by {@link SettingsLoader}.
 */
public record Settings(
    Http http,
    Jobs jobs,
    Accounts accounts,
    Data data,
    Kept kept,
    Objects objects,
    Work work,
    Sandboxes sandboxes,
    OneShots oneShots,
    Billing billing,
    Webhooks webhooks,
    Limits limits,
    Preview preview,
    Mail mail,
    OAuth oauth,
    Models models,
    Agents agents,
    Telemetry telemetry) {

  /**
   * @param host address to listen on; a loopback address in local mode
   * @param corsOrigins web origins whose pages may call the API
   * @param requestBufferBytes memory that request bodies may take at once
   */
  public record Http(
      String host, int port, int instances, List<String> corsOrigins, long requestBufferBytes) {}

  /**
   * @param expiredRecordLife how long an expired job still answers its record
   * @param excludedDirectories names whose content, unless written through the API, is left out of
   *     counts, quota and ZIP
   * @param diskLimits {@code auto}, {@code loop} or {@code none}: how the workspace of a sandbox is
   *     held to its size
   * @param diskReserveBytes what stays free of the disk when space is reserved for a sandbox
   */
  public record Jobs(
      Path basePath,
      int instances,
      int workers,
      Duration expiry,
      Duration expiredRecordLife,
      Duration sweepInterval,
      long maxFileBytes,
      long maxProjectBytes,
      long maxZipContentBytes,
      long alertBytes,
      Set<String> excludedDirectories,
      String diskLimits,
      long diskReserveBytes) {}

  /**
   * @param local whether everybody is the one local user; on loopback addresses only
   * @param tokenSecrets what access tokens are signed with, the one that signs first; none for keys
   *     that the server makes
   * @param adminEmail who is made the first administrator
   */
  public record Accounts(
      boolean local,
      List<String> tokenSecrets,
      Duration accessLife,
      Duration refreshLife,
      String adminEmail) {
    /** Never tells the secrets. */
    @Override
    public String toString() {
      return "Accounts[local=" + local + "]";
    }
  }

  /**
   * @param path where the server keeps what belongs to users, with rights for its own user only
   * @param databaseUrl {@code postgresql://…}, empty for an embedded database, {@code off} for none
   * @param poolSize connections to the database at most
   * @param secretsKeys what secrets in the database are encrypted with, the one that encrypts
   *     first; none for keys that the server makes
   */
  public record Data(Path path, String databaseUrl, int poolSize, List<String> secretsKeys) {
    /** Never tells the URL, which may hold a password, nor the keys. */
    @Override
    public String toString() {
      return "Data[path=" + path + "]";
    }
  }

  /**
   * How long rows of the database are kept; zero for ever.
   *
   * @param usage calls one by one
   * @param tasks that ended
   * @param deliveries of webhooks that ended
   */
  public record Kept(Duration usage, Duration audit, Duration tasks, Duration deliveries) {}

  /**
   * Where objects are kept.
   *
   * @param bucket empty for a directory below {@link Data#path}
   * @param endpoint null for Amazon's own
   * @param accessKey null, together with the secret, for what the SDK finds
   * @param zipUpload whether finished ZIPs are kept in the bucket, too
   */
  public record Objects(
      String bucket,
      URI endpoint,
      String region,
      String accessKey,
      String secretKey,
      boolean zipUpload) {
    /** Never tells the keys. */
    @Override
    public String toString() {
      return "Objects[bucket=%s, endpoint=%s, region=%s]".formatted(bucket, endpoint, region);
    }
  }

  /**
   * @param builds builds of projects that run at once on this server; 0 to leave them to others
   */
  public record Work(int builds) {}

  /**
   * @param engineSocket Unix socket of the Docker engine
   * @param network beginning of the name of the sandboxes' network
   * @param egressAllow private destinations that egress reaches, such as {@code 10.1.2.3:3128}
   * @param dns servers that resolve the names in network policies; none for the system's
   * @param ownLinks whether the server connects sandboxes to their network itself, where it can
   * @param socketDirectory where sandboxes have their sockets: an absolute path, {@code state} for
   *     below the server's own data, or empty for the best of the two
   * @param runtime OCI runtime such as {@code runsc}; empty for the engine's default
   * @param caBundle PEM file that sandboxes trust, or null
   * @param uid user that commands run as when the server is root; otherwise it is the server's own
   * @param enforceAdvice whether dangerous commands are refused, not only reported
   * @param execLogBytes output of one exec that is kept
   * @param memoryBytes what all sandboxes together may take of this machine
   * @param pauseAfter how long a sandbox is unused before it is frozen; zero for never
   * @param warmMin sandboxes that wait at least, by type
   * @param warmMax sandboxes of one type that wait at most; 0 for no pool
   */
  public record Sandboxes(
      Path engineSocket,
      String imagePrefix,
      String network,
      List<String> egressAllow,
      List<InetSocketAddress> dns,
      boolean ownLinks,
      String socketDirectory,
      String runtime,
      Path caBundle,
      int uid,
      boolean enforceAdvice,
      long maxMemoryBytes,
      double maxCpus,
      int maxPids,
      long maxDiskBytes,
      long maxTmpfsBytes,
      long execLogBytes,
      int maxPerCaller,
      Duration sweepInterval,
      int instances,
      long memoryBytes,
      Duration pauseAfter,
      Map<String, Integer> warmMin,
      int warmMax) {}

  /**
   * How single commands are run.
   *
   * @param hostPrograms whether they see the host's own programs instead of the images'
   * @param concurrency commands that run at once
   * @param spare sandboxes of each kind that wait prepared
   * @param group control group, relative to the hierarchies' roots
   * @param launcher the launcher's program; null for the one beside the jar
   */
  public record OneShots(
      Choice runtime,
      boolean hostPrograms,
      int concurrency,
      int spare,
      String group,
      Path bubblewrap,
      Path launcher) {
    /** What runs them. */
    public enum Choice {
      AUTO,
      PROCESS,
      DOCKER
    }
  }

  /**
   * @param provider {@code offline} or {@code razorpay}
   * @param api where the provider's API is
   * @param gstPercent contained in prices
   */
  public record Billing(
      String provider,
      URI api,
      String keyId,
      String keySecret,
      String webhookSecret,
      String sellerName,
      String sellerAddress,
      String sellerGstin,
      int gstPercent) {
    /** Without secrets. */
    @Override
    public String toString() {
      return "Billing[provider=" + provider + "]";
    }
  }

  /**
   * @param allowLoopback whether webhooks may go to this machine
   * @param maxAttempts until a delivery is dead
   */
  public record Webhooks(boolean allowLoopback, int maxAttempts) {}

  /**
   * How calls are limited and noted.
   *
   * @param redisUrl where servers share limits; empty for nowhere
   * @param rateLimits {@code on}, {@code off} or {@code auto}
   * @param rates those that are not the documented ones, by name
   * @param trustedProxies who is believed about where calls come from
   * @param usageCalls {@code all}, {@code keys}, {@code none} or {@code auto}
   */
  public record Limits(
      String redisUrl,
      String rateLimits,
      Map<String, Rate> rates,
      List<AddressRange> trustedProxies,
      String usageCalls) {
    /** Never tells the URL, which may hold a password. */
    @Override
    public String toString() {
      return "Limits[rateLimits=" + rateLimits + "]";
    }
  }

  /**
   * @param suffix host name under which each workspace has its own origin
   * @param silence how long an app may keep silent before the caller is told
   * @param frameAncestors CSP sources that may show a preview in a frame
   * @param ticketLife how long the address that an owner is given can be used
   * @param passLife how long a browser that used it may look
   * @param sameSite {@code Lax}, {@code Strict} or {@code None}, as cookies say it
   * @param scheme that browsers see previews by: {@code http}, or {@code https} through a proxy
   * @param port that they see them at; 0 for the one that the server listens on
   */
  public record Preview(
      String suffix,
      Duration silence,
      String frameAncestors,
      Duration ticketLife,
      Duration passLife,
      String sameSite,
      String scheme,
      int port) {
    /** Whether nobody sees a preview without TLS. */
    public boolean secure() {
      return scheme.equals("https");
    }
  }

  /**
   * @param from sender, such as {@code BharatBuild <no-reply@example.org>}
   * @param host mail server, or empty for the outbox directory
   * @param tls {@code starttls}, {@code tls} or {@code none}
   * @param username empty for no sign-in
   * @param ca PEM file of whom to trust, or null for whom Java trusts
   * @param outboxMost e-mails that the outbox keeps
   * @param frontendUrl where links lead, without a slash at the end; empty for the server itself
   */
  public record Mail(
      String from,
      String host,
      int port,
      String tls,
      String username,
      String password,
      Path ca,
      int outboxMost,
      Duration outboxAge,
      String frontendUrl) {
    /** Never tells the password. */
    @Override
    public String toString() {
      return "Mail[host=" + host + ", port=" + port + "]";
    }
  }

  /**
   * This server as a client of another service.
   *
   * @param userUrl where it is asked who somebody is
   */
  public record OAuthClient(
      String id, String secret, String authorizeUrl, String tokenUrl, String userUrl) {
    /** Never tells the secret. */
    @Override
    public String toString() {
      return "OAuthClient[id=" + id + "]";
    }
  }

  /**
   * @param google null for no sign-in with Google
   * @param github null for no sign-in with GitHub
   * @param callbackUrl where browsers come back to, with {@code {provider}} in it; empty for the
   *     API's own callbacks
   */
  public record OAuth(OAuthClient google, OAuthClient github, String callbackUrl) {}

  /**
   * Who answers agents.
   *
   * @param table of models, or null for the packaged one
   * @param silence how long nothing may come of an answer
   * @param total how long an answer may take
   * @param recordings where calls are recorded, or null
   * @param replay a recording that answers instead of the provider, or null
   */
  public record Models(
      Provider provider,
      Path table,
      Remote anthropic,
      Remote gemini,
      Remote openai,
      Duration silence,
      Duration total,
      Path recordings,
      Path replay) {
    /** Whose models are used. */
    public enum Provider {
      NONE,
      ANTHROPIC,
      GEMINI,
      OPENAI
    }

    /**
     * Where a provider is.
     *
     * @param base without a slash at its end
     * @param key may be empty for a server of one's own
     * @param original whether it is the provider's own address
     */
    public record Remote(String base, String key, boolean original) {
      /** Never tells the key. */
      @Override
      public String toString() {
        return base + (key.isEmpty() ? "" : " with a key");
      }
    }
  }

  /**
   * What runs of agents may use.
   *
   * @param instances verticles that share them
   * @param concurrent runs that work at once on this server
   * @param waiting runs that may wait for their turn
   * @param maxCostMicros millionths of the models' currency that one run may cost
   * @param maxTokens that the calls of one run may use together
   */
  public record Agents(
      int instances, int concurrent, int waiting, long maxCostMicros, long maxTokens) {}

  /**
   * @param host address of {@code /metrics}, which asks nobody who they are
   * @param port where Prometheus finds {@code /metrics}; 0 for any free one, -1 for none
   */
  public record Telemetry(String host, int port) {}
}
