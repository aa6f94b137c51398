package ai.bharatbuild.agents.verify;

import java.time.Instant;
import java.util.List;

/**
 * What was seen when a project was verified.
 *
 * @param verified whether every planned step succeeded; only this makes a run complete
 * @param image digest of the image of the sandbox, or null where the runtime has none
 * @param tree SHA-256 of the paths and contents of the project's files as they were at the end; see
 *     {@link VerificationReport} for how to compute it
 * @param written files that were made or changed while it was verified, such as lock files; sorted,
 *     at most {@value #MOST_WRITTEN}
 * @param steps in the order in which they were made; those after one that failed were not
 * @param probe the answer that proved it alive; null where none is planned, or it came to no answer
 */
public record Evidence(
    boolean verified,
    Instant at,
    String image,
    String tree,
    List<String> written,
    List<Step> steps,
    ProbeResult probe) {
  static final int MOST_WRITTEN = 100;

  public Evidence {
    written = written == null ? List.of() : List.copyOf(written);
    steps = List.copyOf(steps);
  }

  /**
   * A command.
   *
   * @param name {@code install}, {@code build}, {@code test} or {@code run}
   * @param exitCode null where it has none
   * @param cause how it ended; {@code serving} for one that serves; {@code unchanged} for an
   *     installation that was not repeated, since it succeeded in this sandbox and what it reads
   *     has not changed: the rest of the step is then of that time, but {@code millis} is 0
   * @param tests counted from its output; null where it tells none
   * @param output the end of its output, some kilobytes
   */
  public record Step(
      String name,
      String line,
      String execId,
      boolean ok,
      Integer exitCode,
      String cause,
      long millis,
      TestCounts tests,
      String output) {}

  /** Tests, as the project's own runner counts them. */
  public record TestCounts(int passed, int failed, int skipped) {}

  /**
   * The answer on the planned port.
   *
   * @param status null where nothing answered
   * @param millis from the start of the command until then
   */
  public record ProbeResult(
      int port, String path, int expected, Integer status, String contentType, long millis) {
    public boolean ok() {
      return status != null && status == expected;
    }
  }
}
