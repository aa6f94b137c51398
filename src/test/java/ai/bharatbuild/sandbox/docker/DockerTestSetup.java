package ai.bharatbuild.sandbox.docker;

import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** How the tests reach the machine's engine; the runtime images must have been built. */
final class DockerTestSetup {
  static final Path SOCKET = Path.of("/var/run/docker.sock");
  static final boolean ROOT = serverUid() == 0;
  static final int UID = ROOT ? 10_001 : serverUid();
  static final Path SOCKETS = Path.of("/run/bharatbuild-test");
  private static final Path HOST_BUNDLE = Path.of("/etc/ssl/certs/ca-certificates.crt");

  /** Prefix of the images' names, for those who try other ones. */
  static final String IMAGES = System.getenv().getOrDefault("SANDBOX_IMAGE_PREFIX", "bharatbuild");

  private DockerTestSetup() {}

  static DockerSettings settings(String serverId) {
    return settings(serverId, SOCKET);
  }

  static DockerSettings settings(String serverId, Path socket) {
    return settings(serverId, socket, null);
  }

  /**
   * @param sockets directory for the agents' sockets; null to reach agents through the engine
   */
  static DockerSettings settings(String serverId, Path socket, Path sockets) {
    // Both ways of connecting sandboxes go together with one of the two of reaching agents.
    boolean own = sockets != null;
    return new DockerSettings(
        socket,
        own ? ownNetwork(serverId) : "bharatbuild-sandboxes",
        IMAGES,
        "",
        Files.exists(HOST_BUNDLE) ? HOST_BUNDLE : null,
        // Not shared: a server that starts removes there what it does not know.
        Path.of("target/docker-state", serverId).toAbsolutePath(),
        sockets,
        UID,
        ROOT ? UID : serverGid(),
        ROOT,
        own,
        serverId);
  }

  /** The network of a server that connects sandboxes itself. */
  static String ownNetwork(String serverId) {
    return "bharatbuild-sandboxes-" + serverId;
  }

  static DockerRuntime open(Vertx vertx, String serverId) {
    return DockerRuntime.start(vertx, settings(serverId));
  }

  /** Agents are reached over their own sockets. */
  static DockerRuntime openBySocket(Vertx vertx, String serverId) {
    return DockerRuntime.start(vertx, settings(serverId, SOCKET, SOCKETS.resolve(serverId)));
  }

  static void give(Path workspace) throws IOException {
    if (ROOT) {
      Files.setAttribute(workspace, "unix:uid", UID);
      Files.setAttribute(workspace, "unix:gid", UID);
    }
  }

  private static int serverUid() {
    return ownId("unix:uid");
  }

  private static int serverGid() {
    return ownId("unix:gid");
  }

  private static int ownId(String attribute) {
    try {
      return (Integer) Files.getAttribute(Path.of("/proc/self"), attribute);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
