package ai.bharatbuild.agents.runs;

import ai.bharatbuild.agents.plan.Plan;
import ai.bharatbuild.agents.verify.Diagnosis;
import ai.bharatbuild.agents.verify.Evidence;
import ai.bharatbuild.agents.verify.FailureKind;
import ai.bharatbuild.agents.verify.Known;
import ai.bharatbuild.agents.verify.Rank;
import ai.bharatbuild.agents.verify.RepairLimits;
import ai.bharatbuild.agents.verify.Repairs;
import ai.bharatbuild.agents.verify.RuleRepair;
import ai.bharatbuild.agents.verify.Tree;
import ai.bharatbuild.agents.verify.Verification;
import ai.bharatbuild.agents.verify.Verifier;
import ai.bharatbuild.agents.work.Author;
import ai.bharatbuild.agents.work.Brief;
import ai.bharatbuild.agents.work.Repair;
import ai.bharatbuild.agents.work.RunFailedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

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

  /** What was verified last; null before, also after a restart. */
  private Tree tree;

  /** Each run's first verification begins with the project's files alone. */
  private boolean clean;

  /** How many tests ran before, at least; less than 0 before that was looked for. */
  private int tests = -1;

  RepairLoop(LiveRun run, Author author, Verifier verifier) {
    this.run = run;
    this.author = author;
    this.verifier = verifier;
  }

  /** Verifies, takes down what was seen, and tells what the last repair came to. */
  Verification verify(Plan plan) {
    Verification seen = verifier.verify(run, plan, known());
    if (infrastructure(seen)) {
      // Nothing was seen of the project; the sandbox may only have been lost.
      run.tell("warning", Map.of("message", "The sandbox failed; trying once more."));
      seen = verifier.verify(run, plan, known());
    }
    clean = !infrastructure(seen);
    Verification last = seen;
    tellOutcome(last);
    run.change(state -> state.seen(last.evidence(), last.diagnosis()));
    tree = last.tree();
    return last;
  }

  private Known known() {
    if (tests < 0) {
      tests = countedBefore();
    }
    RunState state = run.state();
    tests = Math.max(tests, Known.tests(state.evidence()));
    if (state.best() != null) {
      tests = Math.max(tests, Known.tests(state.best().evidence()));
    }
    return new Known(clean, tests);
  }

  /** A project that is only repaired keeps tests that can be counted; how many is its user's. */
  private int countedBefore() {
    try {
      return run.request().kind() == RunKind.FIX && run.files().countedBefore(run.id()) != null
          ? 1
          : 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean infrastructure(Verification seen) {
    return seen.diagnosis() != null && seen.diagnosis().kind() == FailureKind.INFRASTRUCTURE;
  }

  private void tellOutcome(Verification seen) {
    List<Repair> repairs = run.state().repairs();
    if (repairs.size() <= run.state().told()) {
      return;
    }
    Repair last = repairs.getLast();
    Map<String, Object> told = new LinkedHashMap<>();
    told.put("attempt", repairs.size());
    told.put("by", last.by());
    told.put("outcome", outcome(last, seen));
    told.put("changed", last.changed());
    run.tell("fix_result", told);
  }

  private static String outcome(Repair repair, Verification seen) {
    if (!seen.evidence().verified()) {
      boolean same = repair.signature().equals(seen.diagnosis().signature());
      return same ? "no_progress" : "other_failure";
    }
    if (repair.changed().isEmpty()) {
      return "no_progress";
    }
    // It was verified before, too: that says nothing of what only the user has seen.
    return SeenErrors.is(repair.signature()) ? "unproven" : "fixed";
  }

  /**
   * Paths of sources, and of files of the user's, that are not what was verified last. After a
   * restart it is not known which they are: then all that the user changed, or all files.
   */
  List<String> changedSince() {
    Tree now = Tree.of(run.workspace());
    if (now.digest().equals(run.state().evidence().tree())) {
      return List.of();
    }
    Set<String> edited = new TreeSet<>(run.state().edited());
    edited.addAll(new UserEdits(run).look().paths());
    if (tree == null) {
      return List.copyOf(edited.isEmpty() ? now.hashes().keySet() : edited);
    }
    edited.retainAll(tree.changes(now).keySet());
    edited.addAll(tree.changedSources(now));
    return List.copyOf(edited);
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

  /** Whether the user told of errors that verifying does not show, and nothing was changed yet. */
  boolean toldErrorsRemain() {
    return run.state().repairs().stream().allMatch(repair -> repair.changed().isEmpty())
        && run.state().evidence().verified()
        && !run.request().errors().isEmpty();
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
    Optional<RuleRepair> rule = Repairs.find(wrong, run.workspace(), state.repairs());
    if (rule.isEmpty() && !author.repairs()) {
      giveUp(
          wrong, "No rule mends it, and templates cannot repair; set a key of a language model.");
    }
    boolean large = limits.large(state.repairs(), wrong);
    begin(wrong, rule.isPresent() ? Repair.RULE : large ? Repair.LARGE_MODEL : Repair.SMALL_MODEL);
    Repair repair =
        rule.map(it -> it.apply(run))
            .orElseGet(
                () -> author.repair(run, brief, state.plan(), wrong, state.repairs(), large));
    clean &= !repair.commands();
    ended(repair);
    return RunStage.VERIFY;
  }

  /** Takes down that a try begins, so that it counts though the server should be killed. */
  private void begin(Diagnosis wrong, String by) {
    Repair begun =
        new Repair(
            by, wrong.signature(), List.of(), "The server stopped in the middle of it.", true);
    Map<String, String> files = Tree.of(run.workspace()).hashes();
    run.change(now -> now.begun(new RunState.Begun(begun, files)));
  }

  private void ended(Repair repair) {
    run.change(now -> now.repaired(repair));
    run.tell(
        "fix", Map.of("by", repair.by(), "changed", repair.changed(), "summary", repair.summary()));
  }

  /** Counts a try in the middle of which an earlier server stopped; what it changed is compared. */
  void countInterrupted() {
    RunState.Begun begun = run.state().begun();
    if (begun == null) {
      return;
    }
    Set<String> changed =
        new TreeSet<>(Tree.of(begun.files()).changes(Tree.of(run.workspace())).keySet());
    run.state().edited().forEach(changed::remove);
    Repair repair = begun.repair();
    ended(
        new Repair(repair.by(), repair.signature(), List.copyOf(changed), repair.summary(), true));
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
    String code = SeenErrors.is(wrong.signature()) ? "not_fixed" : "not_verified";
    throw new RunFailedException(code, sentence(wrong.headline()) + " " + why);
  }

  private static String sentence(String text) {
    return text.matches(".*[.!?]") ? text : text + ".";
  }
}
