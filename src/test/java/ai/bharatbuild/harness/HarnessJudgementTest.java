package ai.bharatbuild.harness;

import static org.assertj.core.api.Assertions.assertThat;

import ai.bharatbuild.harness.Exercise.Variant;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The harness sees what is wrong. */
class HarnessJudgementTest {
  private static final List<Exercise> ALL = Exercises.load();
  private static final Exercise ONE = ALL.getLast();
  private static final Result.Times TIMES =
      new Result.Times(
          Result.Load.ALONE, 1, Map.of("write", 7.0), List.of(), List.of(), List.of(2.0));

  static List<Exercise> exercises() {
    return ALL;
  }

  private static Heard.Event event(long id, String type) {
    return new Heard.Event(id, new JsonObject().put("type", type).put("data", new JsonObject()), 0);
  }

  private static Verdict verdict(Scenario scenario, String status, Heard.Event... events) {
    JsonObject view =
        new JsonObject()
            .put("status", status)
            .put("repairs", new JsonArray())
            .put("cost", new JsonObject().put("cost_micros", 500));
    return new Verdict(new Play(ONE, scenario), List.of(events), view);
  }

  private static Result result(Verdict verdict) {
    return verdict.result(List.of(), TIMES);
  }

  @Test
  void whatIsAsItMustBeIsGood() throws Exception {
    Verdict verdict =
        verdict(Scenario.REFERENCE, "complete", event(1, "verification"), event(2, "complete"));
    verdict.tests(ONE.tests()::get);
    verdict.spent(500);
    assertThat(result(verdict).good()).isTrue();
  }

  @Test
  void successWithoutReasonIsFalse() {
    Verdict verdict =
        verdict(Scenario.STUB, "complete", event(1, "verification"), event(2, "complete"));
    assertThat(result(verdict)).returns(true, Result::falseSuccess).returns(false, Result::good);
  }

  @Test
  void successByOtherTestsIsFalse() throws Exception {
    Verdict verdict =
        verdict(Scenario.REFERENCE, "complete", event(1, "verification"), event(2, "complete"));
    verdict.tests(path -> "empty");
    assertThat(result(verdict).falseSuccess()).isTrue();
  }

  @Test
  void aRepairThatIsToldAndWasNoneIsFalse() {
    JsonObject fixed = new JsonObject().put("outcome", "fixed");
    Heard.Event told =
        new Heard.Event(1, new JsonObject().put("type", "fix_result").put("data", fixed), 0);
    Verdict verdict = verdict(Scenario.NO_OP, "failed", told, event(2, "failed"));
    assertThat(result(verdict).falseSuccess()).isTrue();
  }

  @Test
  void aBugThatIsNotFoundIsAFalseSuccess() {
    Verdict verdict =
        verdict(Scenario.MUTANT, "complete", event(1, "verification"), event(2, "complete"));
    assertThat(result(verdict).falseSuccess()).isTrue();
  }

  @Test
  void failureWithoutReasonIsFalse() {
    Verdict verdict = verdict(Scenario.DROPPED, "failed", event(1, "failed"));
    assertThat(result(verdict)).returns(true, Result::falseFailure).returns(false, Result::good);
  }

  @Test
  void moneyOverTheLimitIsSeen() {
    Verdict verdict =
        verdict(Scenario.REFERENCE, "complete", event(1, "verification"), event(2, "complete"));
    verdict.spent(499);
    assertThat(result(verdict)).returns(1L, Result::overspent).returns(false, Result::good);
  }

  @Test
  void lostRepeatedAndChangedEventsAreSeen() {
    List<Heard.Event> log = List.of(event(1, "a"), event(2, "b"), event(3, "complete"));
    assertThat(Heard.faults(log, log)).isEmpty();
    assertThat(Heard.faults(List.of(log.get(0), log.get(2)), log)).hasSize(1);
    assertThat(Heard.faults(List.of(log.get(0), log.get(0), log.get(1), log.get(2)), log))
        .hasSize(1);
    assertThat(Heard.faults(List.of(log.get(0), event(2, "x"), log.get(2)), log).getFirst())
        .contains("event 2");
    List<Heard.Event> gap = List.of(log.get(0), log.get(2));
    assertThat(Heard.faults(gap, gap)).hasSize(1);
    List<Heard.Event> twice = List.of(event(1, "failed"), event(2, "complete"));
    assertThat(Heard.faults(twice, twice)).containsExactly("there are 2 last events");
  }

  @Test
  void theScoreboardCountsAndPasses() {
    Scoreboard board = new Scoreboard();
    assertThat(board.passed()).isFalse();
    board.add(
        result(
            verdict(
                Scenario.REFERENCE, "complete", event(1, "verification"), event(2, "complete"))));
    assertThat(board.passed()).isTrue();
    board.add(Scoreboard.broken(new Play(ONE, Scenario.MUTANT), "no server"));
    board.add(result(verdict(Scenario.STUB, "complete", event(1, "complete"))));
    assertThat(board.passed()).isFalse();
    assertThat(board.falseFailures()).isEqualTo(1);
    assertThat(board.falseSuccesses()).isEqualTo(1);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    board.print(new PrintStream(out, true, StandardCharsets.UTF_8), 61_000);
    assertThat(out.toString(StandardCharsets.UTF_8))
        .containsPattern("false successes +1 +\\(goal: 0\\)")
        .containsPattern("stage write +7 +7");
  }

  @ParameterizedTest
  @MethodSource("exercises")
  void aRepairByLinesTurnsTheMutantIntoTheReference(Exercise exercise) {
    String path = exercise.mutant().file();
    String mutant = exercise.files(Variant.MUTANT).get(path);
    LineChange change = LineChange.between(mutant, exercise.reference().get(path));
    assertThat(mutant).containsOnlyOnce(change.search());
    assertThat(mutant.replace(change.search(), change.replace()))
        .isEqualTo(exercise.reference().get(path));
  }
}
