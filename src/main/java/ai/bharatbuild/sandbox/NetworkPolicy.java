package ai.bharatbuild.sandbox;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Where a sandbox's connections may go. Whatever it says, other sandboxes, the host's services,
 * link-local and metadata addresses are out of reach, and so are private addresses unless a range
 * of {@code allow} names them.
 *
 * @param allow what {@code ALLOW} lets through; empty for the others
 */
public record NetworkPolicy(Mode mode, List<Destination> allow) {
  public static final NetworkPolicy NONE = new NetworkPolicy(Mode.NONE, List.of());
  public static final NetworkPolicy EGRESS = new NetworkPolicy(Mode.EGRESS, List.of());

  /** What is open at all, in the words of the API. */
  public enum Mode {
    /** No network but the sandbox's own loopback. */
    NONE,
    /** Public addresses. */
    EGRESS,
    /** Only what is named. */
    ALLOW;

    public String id() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  /**
   * Exactly one of {@code host} and {@code range} is set.
   *
   * @param host a name in lower case; what it resolves to is let through as long as it does
   * @param ports TCP and UDP ports; none for all, ICMP included
   */
  public record Destination(String host, Ipv4Range range, List<Integer> ports) {
    Map<String, Object> shown() {
      Map<String, Object> shown = new LinkedHashMap<>();
      shown.put(host == null ? "cidr" : "host", host == null ? range.toString() : host);
      shown.put("ports", ports);
      return shown;
    }
  }

  /** Whether the sandbox has a network interface at all. */
  public boolean connected() {
    return mode != Mode.NONE;
  }

  /** The names among what is allowed. */
  public List<String> hosts() {
    return allow.stream().map(Destination::host).filter(host -> host != null).distinct().toList();
  }
}
