package ai.bharatbuild.projects;

import io.vertx.core.Future;
import java.time.Instant;

/** What a build needs of sandboxes; given by whoever runs them. */
public interface BuildSandboxes {
  /**
   * How a command ended.
   *
   * @param exitCode null where there is none to tell
   * @param cause such as {@code exited}, {@code timeout}, {@code oom} or {@code lost}
   */
  record Ended(
      Integer exitCode, boolean success, String cause, Instant startedAt, Instant endedAt) {}

  /**
   * Makes sure that a sandbox of that type runs on the workspace. Fails with 409 {@code
   * container_exists} when there is one of another type.
   */
  Future<Void> ensure(String id, String owner, String type);

  /** Begins a command and gives its id; it goes on whatever becomes of the caller. */
  Future<String> begin(String id, String owner, String command, int timeoutSeconds);

  /** Waits for the end of a command; fails with 404 when the sandbox does not know it. */
  Future<Ended> end(String id, String owner, String execId);

  /** Ends a command; what has ended already is fine. */
  Future<Void> cancel(String id, String owner, String execId);
}
