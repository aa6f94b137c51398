package ai.bharatbuild.preview;

import java.util.Map;
import java.util.function.IntSupplier;

/** Builds the addresses that previews are seen at. Safe on any thread. */
public final class PreviewUrls {
  private static final Map<String, Integer> USUAL_PORTS = Map.of("http", 80, "https", 443);
  private final String suffix;
  private final String scheme;
  private final IntSupplier port;
  private final PreviewTickets tickets;

  /**
   * @param suffix host name under which each workspace has its own origin
   * @param scheme {@code http}, or {@code https} where a proxy speaks it for the server
   * @param port that previews are seen at, which is asked for with each address: it may be known
   *     only once the server has started
   * @param tickets what private previews are opened with; null where none are needed
   */
  public PreviewUrls(String suffix, String scheme, IntSupplier port, PreviewTickets tickets) {
    this.suffix = suffix;
    this.scheme = scheme;
    this.port = port;
    this.tickets = tickets;
  }

  /** Where the workspace's app is seen, on whichever port it listens; ends with a slash. */
  public String url(String workspaceId) {
    return origin(workspaceId, null) + "/";
  }

  /** Where what listens on that port of the workspace's sandbox is seen; ends with a slash. */
  public String url(String workspaceId, int port) {
    return origin(workspaceId, port) + "/";
  }

  /**
   * Where the owner of a workspace sees its app: with a ticket where one is needed, which makes the
   * address a secret for as long as that lives.
   *
   * @param port may be null for the one that is found by itself
   */
  public String opened(String workspaceId, String owner, Integer port) {
    String plain = origin(workspaceId, port) + "/";
    return tickets == null
        ? plain
        : plain + "?" + Doorkeeper.PARAMETER + "=" + tickets.ticket(workspaceId, owner);
  }

  /** Scheme and authority, without a slash at the end; {@code port} may be null. */
  public String origin(String workspaceId, Integer port) {
    int seen = this.port.getAsInt();
    return scheme
        + "://"
        + workspaceId
        + (port == null ? "" : "--" + port)
        + "."
        + suffix
        + (seen == USUAL_PORTS.get(scheme) ? "" : ":" + seen);
  }
}
