package ai.bharatbuild.agents.verify;

import ai.bharatbuild.agents.verify.Evidence.Step;
import java.util.Comparator;
import java.util.List;

/**
 * How far a version of a project came when it was verified; greater is better. Verified beats all;
 * then counts how many steps succeeded, then how many tests passed.
 *
 * @param steps that succeeded
 */
public record Rank(boolean verified, int steps, int passed) implements Comparable<Rank> {
  private static final Comparator<Rank> ORDER =
      Comparator.comparing(Rank::verified)
          .thenComparingInt(Rank::steps)
          .thenComparingInt(Rank::passed);

  public static Rank of(Evidence evidence) {
    List<Step> good = evidence.steps().stream().filter(Step::ok).toList();
    int passed =
        evidence.steps().stream()
            .filter(step -> step.tests() != null)
            .mapToInt(step -> step.tests().passed())
            .sum();
    return new Rank(evidence.verified(), good.size(), passed);
  }

  @Override
  public int compareTo(Rank other) {
    return ORDER.compare(this, other);
  }
}
