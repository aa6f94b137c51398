package ai.bharatbuild.config;

import java.net.InetSocketAddress;
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
    Sandboxes sandboxes,
    OneShots oneShots,
    Preview preview,
    Telemetry telemetry) {

  /**
   * @param host address to listen on; only loopback addresses until there are accounts
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
   * @param engineSocket Unix socket of the Docker engine
   * @param network beginning of the name of the sandboxes' network
   * @param egressAllow private destinations that egress reaches, such as {@code 10.1.2.3:3128}
   * @param dns servers that resolve the names in network policies; none for the system's
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
   * @param suffix host name under which each workspace has its own origin
   * @param silence how long an app may keep silent before the caller is told
   * @param frameAncestors CSP sources that may show a preview in a frame
   */
  public record Preview(String suffix, Duration silence, String frameAncestors) {}

  /**
   * @param port where Prometheus finds {@code /metrics}; 0 for any free one, -1 for none
   */
  public record Telemetry(int port) {}
}
