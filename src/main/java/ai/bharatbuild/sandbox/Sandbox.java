package ai.bharatbuild.sandbox;

import java.time.Instant;
import java.util.Map;

/**
 * A sandbox as its runtime sees it at one moment.
 *
 * @param handle the runtime's own id of it
 * @param workspaceId empty for one that was made before it was known for whom
 * @param address IP address reachable from the server, or null while it is not running or has no
 *     network
 * @param ports published container port to loopback port
 * @param image digest of what it was made of, or null where there is none
 * @param labels as given in {@link SandboxSpec#labels()}
 */
public record Sandbox(
    String handle,
    String workspaceId,
    String incarnation,
    ProjectType type,
    State state,
    String address,
    Instant createdAt,
    Instant startedAt,
    Map<Integer, Integer> ports,
    String image,
    Map<String, String> labels) {

  /** Life of a sandbox, in the words of the API. */
  public enum State {
    CREATING,
    RUNNING,
    /** Frozen: still there with all its processes, which do nothing. */
    PAUSED,
    STOPPED,
    /** Ended by the kernel for want of memory, or never started. */
    ERROR
  }

  /** Whether it ran and nothing of it runs any more. */
  boolean ended() {
    return startedAt != null && (state == State.STOPPED || state == State.ERROR);
  }
}
