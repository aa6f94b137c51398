package ai.bharatbuild.preview;

import io.vertx.core.Future;

/** Where the app of a workspace listens. Asked once for each request to a preview. */
public interface PreviewTargets {
  /**
   * An app's address on the sandbox network.
   *
   * @param host an IP address, so that no name has to be looked up
   */
  record Target(String host, int port) {}

  /**
   * Finds the app. Called on event loops; completes on the context it was called on. Fails with an
   * {@link ai.bharatbuild.problem.ApiException}: 404 or 410 when there is no such workspace or
   * sandbox, 503 when it is not started or nothing listens.
   *
   * @param visitor who asks; for who may not see the app there is none
   * @param port the port that the host name asks for, or null for the one found by itself
   * @param refresh whether to look again, because what was answered last refused the connection
   */
  Future<Target> resolve(String workspaceId, Visitor visitor, Integer port, boolean refresh);
}
