package ai.bharatbuild.agents.verify;

import static org.assertj.core.api.Assertions.assertThat;

import ai.bharatbuild.agents.verify.Evidence.Step;
import ai.bharatbuild.agents.verify.Evidence.TestCounts;
import ai.bharatbuild.agents.work.Repair;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class RepairLimitsTest {
  private static final RepairLimits LIMITS = RepairLimits.DEFAULT;

  private static Diagnosis wrong(String signature) {
    return new Diagnosis(FailureKind.TYPE, "build", signature, "It is wrong.", "", List.of());
  }

  private static List<Repair> tries(String... signatures) {
    return Stream.of(signatures)
        .map(signature -> new Repair(Repair.SMALL_MODEL, signature, List.of("a"), "", false))
        .toList();
  }

  @Test
  void givesUpAfterThreeTriesAtTheSameFailure() {
    assertThat(LIMITS.refusal(tries("a", "a"), wrong("a"))).isEmpty();
    assertThat(LIMITS.refusal(tries("a", "a", "a"), wrong("a"))).isPresent();
    assertThat(LIMITS.refusal(tries("a", "a", "a"), wrong("b"))).isEmpty();
  }

  @Test
  void givesUpAfterTenTries() {
    String[] all = "0 1 2 3 4 5 6 7 8 9".split(" ");
    assertThat(LIMITS.refusal(tries(all), wrong("new"))).isPresent();
  }

  @Test
  void seesCircles() {
    assertThat(Progress.of(tries("a", "b", "a"), wrong("b"))).isEqualTo(Progress.CIRCLE);
    assertThat(Progress.of(tries("x", "a", "b", "c", "a", "b"), wrong("c")))
        .isEqualTo(Progress.CIRCLE);
    assertThat(LIMITS.refusal(tries("a", "b", "a"), wrong("b"))).isPresent();
    assertThat(Progress.of(tries("a", "b"), wrong("a"))).isEqualTo(Progress.BACK);
    assertThat(Progress.of(tries("a", "b"), wrong("b"))).isEqualTo(Progress.NONE);
    assertThat(Progress.of(tries("a", "b"), wrong("c"))).isEqualTo(Progress.NEW);
    assertThat(Progress.of(List.of(), wrong("c"))).isEqualTo(Progress.NEW);
  }

  @Test
  void letsTheLargeModelTryWhereAModelHasFailed() {
    Repair rule = new Repair(Repair.RULE, "a", List.of("a"), "", false);
    assertThat(LIMITS.large(List.of(rule), wrong("a"))).isFalse();
    assertThat(LIMITS.large(tries("b"), wrong("a"))).isFalse();
    assertThat(LIMITS.large(tries("a"), wrong("a"))).isTrue();
  }

  @Provide
  Arbitrary<List<String>> failures() {
    return Arbitraries.of("a", "b", "c", "d").list().ofMinSize(30).ofMaxSize(60);
  }

  @Property
  void everyRunOfFailuresComesToAnEnd(@ForAll("failures") List<String> failures) {
    List<Repair> before = new ArrayList<>();
    for (String failure : failures) {
      if (LIMITS.refusal(before, wrong(failure)).isPresent()) {
        break;
      }
      before.addAll(tries(failure));
    }
    assertThat(before.size()).isLessThanOrEqualTo(LIMITS.perRun());
    assertThat(before.stream().filter(r -> r.signature().equals("a")).count())
        .isLessThanOrEqualTo(LIMITS.perFailure());
  }

  private static Evidence seen(boolean verified, int passed, boolean... steps) {
    List<Step> all = new ArrayList<>();
    for (boolean ok : steps) {
      TestCounts tests = all.isEmpty() ? new TestCounts(passed, 0, 0) : null;
      all.add(new Step("s", "l", "e", ok, ok ? 0 : 1, "exited", 1, tests, ""));
    }
    return new Evidence(verified, Instant.EPOCH, null, null, List.of(), all, null);
  }

  @Test
  void ranksVerifiedBeforeStepsBeforeTests() {
    Rank verified = Rank.of(seen(true, 1, true));
    Rank further = Rank.of(seen(false, 0, true, true, false));
    Rank moreTests = Rank.of(seen(false, 9, true, false));
    Rank fewerTests = Rank.of(seen(false, 8, true, false));

    assertThat(verified).isGreaterThan(further);
    assertThat(further).isGreaterThan(moreTests);
    assertThat(moreTests).isGreaterThan(fewerTests);
    assertThat(fewerTests).isEqualByComparingTo(Rank.of(seen(false, 8, true, false)));
  }
}
