package ai.bharatbuild.preview;

import java.util.function.IntSupplier;

/** Builds the addresses that previews are seen at. Safe on any thread. */
public final class PreviewUrls {
  private static final int DEFAULT_PORT = 80;
  private final String suffix;
  private final IntSupplier serverPort;

  /**
   * @param suffix host name under which each workspace has its own origin
   * @param serverPort the port that the server really listens on, which with the setting 0 is known
   *     only once it has started
   */
  public PreviewUrls(String suffix, IntSupplier serverPort) {
    this.suffix = suffix;
    this.serverPort = serverPort;
  }

  /** Where the workspace's app is seen, on whichever port it listens; ends with a slash. */
  public String url(String workspaceId) {
    return origin(workspaceId, null) + "/";
  }

  /** Where what listens on that port of the workspace's sandbox is seen; ends with a slash. */
  public String url(String workspaceId, int port) {
    return origin(workspaceId, port) + "/";
  }

  /** Scheme and authority, without a slash at the end; {@code port} may be null. */
  public String origin(String workspaceId, Integer port) {
    int own = serverPort.getAsInt();
    return "http://"
        + workspaceId
        + (port == null ? "" : "--" + port)
        + "."
        + suffix
        + (own == DEFAULT_PORT ? "" : ":" + own);
  }
}
