package ai.bharatbuild.sandbox.docker;

import java.nio.file.Path;

/**
 * How a container gets to a network.
 *
 * @param mode the engine's name for it
 * @param byEngine whether the engine sees to the container's network namespace and names
 * @param address what the container gets from the server and keeps for its life; null for none
 * @param hosts what is mounted as {@code /etc/hosts}; null to leave that to the engine
 * @param resolver what is mounted as {@code /etc/resolv.conf}; null for none
 */
record Connection(String mode, boolean byEngine, String address, Path hosts, Path resolver) {
  private static final String NONE = "none";

  static Connection byEngine(String network) {
    return new Connection(network, true, null, null, null);
  }

  static Connection none() {
    return byEngine(NONE);
  }

  /** No network, of which the engine need not even know. */
  static Connection cut(Path hosts) {
    return new Connection(NONE, false, null, hosts, null);
  }

  static Connection own(String address, Path hosts, Path resolver) {
    return new Connection(NONE, false, address, hosts, resolver);
  }
}
