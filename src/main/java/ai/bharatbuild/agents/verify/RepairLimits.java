package ai.bharatbuild.agents.verify;

import ai.bharatbuild.agents.work.Repair;
import java.util.List;
import java.util.Optional;

/**
 * How often a run may try to repair; what that costs is bounded elsewhere. Pure.
 *
 * @param perFailure tries at the same failure
 * @param perRun tries altogether
 */
public record RepairLimits(int perFailure, int perRun) {
  public static final RepairLimits DEFAULT = new RepairLimits(3, 10);

  /**
   * Why no other repair is worth a try; empty where one is.
   *
   * @param before repairs of the run, oldest first, those by rules included
   */
  public Optional<String> refusal(List<Repair> before, Diagnosis now) {
    long same = before.stream().filter(tried -> tried.signature().equals(now.signature())).count();
    if (same >= perFailure) {
      return Optional.of("The same failure is there after " + same + " repairs.");
    }
    if (before.size() >= perRun) {
      return Optional.of("This run tried " + before.size() + " repairs, which is its limit.");
    }
    if (Progress.of(before, now) == Progress.CIRCLE) {
      return Optional.of("Repairs go round in a circle: they bring back failures that were gone.");
    }
    return Optional.empty();
  }

  /** Whether the larger model is to try: a model tried at this failure, and it is still there. */
  public boolean large(List<Repair> before, Diagnosis now) {
    return before.stream()
        .anyMatch(
            earlier ->
                !earlier.by().equals(Repair.RULE) && earlier.signature().equals(now.signature()));
  }
}
