package ai.bharatbuild.agents.runs;

import ai.bharatbuild.agents.plan.Plan;
import ai.bharatbuild.agents.verify.Diagnosis;
import ai.bharatbuild.agents.verify.Evidence;
import ai.bharatbuild.agents.verify.FailureKind;
import ai.bharatbuild.agents.verify.Rank;
import ai.bharatbuild.agents.verify.RepairLimits;
import ai.bharatbuild.agents.verify.Repairs;
import ai.bharatbuild.agents.verify.Verification;
import ai.bharatbuild.agents.verify.Verifier;
import ai.bharatbuild.agents.work.Author;
import ai.bharatbuild.agents.work.Brief;
import ai.bharatbuild.agents.work.Repair;
import ai.bharatbuild.agents.work.RunFailedException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Verifies and repairs by turns. What no change of the project can mend costs no tokens; rules come
 * before models, the small model before the large one; the same failure again is seen as no
 * progress; what did not change the outcome is not called a fix.
 */
final class RepairLoop {
  private final LiveRun run;
  private final Author author;
  private final Verifier verifier;
  private final RepairLimits limits = RepairLimits.DEFAULT;

  RepairLoop(LiveRun run, Author author, Verifier verifier) {
    this.run = run;
    this.author = author;
    this.verifier = verifier;
  }

  /** Verifies, takes down what was seen, and tells what the last repair came to. */
  Verification verify(Plan plan) {
    Diagnosis before = run.state().diagnosis();
    Verification seen = verifier.verify(run, plan);
    if (infrastructure(seen)) {
      // Nothing was seen of the project; the sandbox may only have been lost.
      run.tell("warning", Map.of("message", "The sandbox failed; trying once more."));
      seen = verifier.verify(run, plan);
    }
    Verification last = seen;
    run.change(state -> state.seen(last.evidence(), last.diagnosis()));
    tellOutcome(before, last);
    return last;
  }

  private static boolean infrastructure(Verification seen) {
    return seen.diagnosis() != null && seen.diagnosis().kind() == FailureKind.INFRASTRUCTURE;
  }

  private void tellOutcome(Diagnosis before, Verification seen) {
    List<Repair> repairs = run.state().repairs();
    if (repairs.isEmpty() || before == null) {
      return;
    }
    Repair last = repairs.getLast();
    boolean same =
        seen.diagnosis() != null && seen.diagnosis().signature().equals(before.signature());
    Map<String, Object> told = new LinkedHashMap<>();
    told.put("attempt", repairs.size());
    told.put("by", last.by());
    told.put(
        "outcome", seen.evidence().verified() ? "fixed" : same ? "no_progress" : "other_failure");
    told.put("changed", last.changed());
    run.tell("fix_result", told);
  }

  /** Whether what was seen last is further than all before. */
  boolean isBest() {
    RunState state = run.state();
    return state.best() == null || Rank.of(state.evidence()).compareTo(state.best().rank()) > 0;
  }

  /**
   * Takes down the best version.
   *
   * @param edits found before it was made
   */
  void keepBest(int version, UserEdits.Found edits) {
    Evidence seen = run.state().evidence();
    run.change(state -> state.edited(edits).best(new RunState.Best(version, Rank.of(seen), seen)));
  }

  /** Whether the user told of errors that verifying does not show, and nothing was done yet. */
  boolean toldErrorsRemain() {
    return run.state().repairs().isEmpty()
        && run.state().evidence().verified()
        && !run.request().errors().isEmpty()
        && author.repairs();
  }

  /** Tries one repair, or ends the run where none is worth a try. */
  RunStage repair(Brief brief) {
    RunState state = run.state();
    Diagnosis wrong =
        state.diagnosis() == null ? SeenErrors.diagnosis(brief.errors()) : state.diagnosis();
    if (!wrong.kind().repairable()) {
      throw new RunFailedException(
          wrong.kind().text(),
          sentence(wrong.headline()) + " No change of the project can mend that.");
    }
    limits.refusal(state.repairs(), wrong).ifPresent(why -> giveUp(wrong, why));
    tellFixing(wrong, state.repairs().size() + 1);
    Repair repair =
        Repairs.find(wrong, run.workspace(), state.repairs())
            .map(rule -> rule.apply(run.workspace()))
            .orElseGet(() -> byModel(brief, wrong, state));
    run.change(now -> now.repaired(repair));
    run.tell(
        "fix", Map.of("by", repair.by(), "changed", repair.changed(), "summary", repair.summary()));
    return RunStage.VERIFY;
  }

  private Repair byModel(Brief brief, Diagnosis wrong, RunState state) {
    if (!author.repairs()) {
      giveUp(
          wrong, "No rule mends it, and templates cannot repair; set a key of a language model.");
    }
    boolean large = limits.large(state.repairs(), wrong);
    return author.repair(run, brief, state.plan(), wrong, state.repairs(), large);
  }

  private void tellFixing(Diagnosis wrong, int attempt) {
    Map<String, Object> told = new LinkedHashMap<>();
    told.put("attempt", attempt);
    told.put("kind", wrong.kind().text());
    told.put("step", wrong.step());
    told.put("message", wrong.headline());
    told.put("places", wrong.places());
    run.tell("fixing", told);
  }

  private static void giveUp(Diagnosis wrong, String why) {
    throw new RunFailedException("not_verified", sentence(wrong.headline()) + " " + why);
  }

  private static String sentence(String text) {
    return text.matches(".*[.!?]") ? text : text + ".";
  }
}
