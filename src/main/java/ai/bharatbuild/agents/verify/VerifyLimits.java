package ai.bharatbuild.agents.verify;

import java.time.Duration;

/**
 * How long the steps of a verification may take.
 *
 * @param start from the start of the command that serves until the planned answer
 * @param settle how long a service may answer otherwise than planned before it is given up; some
 *     answer so while they start
 * @param get one question at the port
 */
public record VerifyLimits(
    Duration install,
    Duration build,
    Duration test,
    Duration start,
    Duration settle,
    Duration get) {
  /** For projects as people have models make them, on two cores. */
  public static final VerifyLimits DEFAULT =
      new VerifyLimits(
          Duration.ofMinutes(5),
          Duration.ofMinutes(3),
          Duration.ofMinutes(3),
          Duration.ofSeconds(60),
          Duration.ofSeconds(8),
          Duration.ofSeconds(5));
}
