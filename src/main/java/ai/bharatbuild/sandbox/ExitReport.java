package ai.bharatbuild.sandbox;

/**
 * How a command ended, as observed by the agent that was its parent.
 *
 * @param code exit code, or null when a signal ended it or it never ended under observation
 * @param signal number of the signal that ended it, or null
 * @param durationMs wall time
 * @param cpuMs processor time of the whole tree
 * @param maxMemoryBytes the most memory that the tree was seen to hold; at least the largest
 *     resident set of one of its processes
 */
public record ExitReport(
    Integer code, Integer signal, Cause cause, long durationMs, long cpuMs, long maxMemoryBytes) {

  /** Why an exec ended; the names are the API's, in lower case. */
  public enum Cause {
    EXITED,
    SIGNALLED,
    TIMEOUT,
    CPU_LIMIT,
    OOM,
    OUTPUT_LIMIT,
    DISK_LIMIT,
    PIDS_LIMIT,
    CANCELLED,
    LOST;

    public String id() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }
}
