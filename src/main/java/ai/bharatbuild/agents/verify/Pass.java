package ai.bharatbuild.agents.verify;

import ai.bharatbuild.agents.plan.Plan;
import ai.bharatbuild.agents.verify.Evidence.ProbeResult;
import ai.bharatbuild.agents.verify.Evidence.Step;
import ai.bharatbuild.agents.verify.Evidence.TestCounts;
import ai.bharatbuild.agents.work.CommandResult;
import ai.bharatbuild.agents.work.RunScope;
import ai.bharatbuild.agents.work.Workspace;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.stream.Collectors;

/** One way through all steps, until one fails. Used once. */
final class Pass {
  /** How much of an output is kept as evidence, in characters. */
  static final int TAIL = 4000;

  private final RunScope scope;
  private final Workspace workspace;
  private final Plan plan;
  private final VerifyLimits limits;
  private final Installs installs;
  private final Known known;
  private final Told told;
  private final List<Step> steps = new ArrayList<>();

  private String sandbox;
  private Tree before;
  private Tree after;
  private ProbeResult probe;
  private Diagnosis diagnosis;
  private boolean skipped;
  private Step installed;

  Pass(RunScope scope, Plan plan, VerifyLimits limits, Installs installs, Known known) {
    this.scope = scope;
    this.workspace = scope.workspace();
    this.plan = plan;
    this.limits = limits;
    this.installs = installs;
    this.known = known;
    this.told = new Told(scope);
  }

  Verification run() {
    scope.check();
    sandbox = workspace.sandbox(plan.stack());
    if (!known.clean()) {
      installs.forget(sandbox);
      Cleaning.clean(workspace);
    }
    before = Tree.of(workspace);
    Plan.Commands commands = plan.commands();
    boolean good =
        install(commands.install())
            && command("build", commands.build(), limits.build())
            && command("test", commands.test(), limits.test())
            && serve(commands.run());
    after = Tree.of(workspace);
    remember();
    return new Verification(evidence(good), diagnosis, after);
  }

  private boolean install(String line) {
    if (line == null) {
      return true;
    }
    boolean known = Installs.isKnown(line) && !Installs.hasHooks(workspace, before);
    Step last = known ? installs.unchanged(sandbox, line, before).orElse(null) : null;
    if (last != null) {
      skipped = true;
      Step again =
          new Step("install", line, last.execId(), true, 0, "unchanged", 0, null, last.output());
      steps.add(again);
      told.ended(again);
      return true;
    }
    boolean good = command("install", line, limits.install());
    if (good && known) {
      installed = steps.getLast();
    }
    return good;
  }

  private boolean command(String name, String line, Duration limit) {
    if (line == null) {
      return true;
    }
    scope.check();
    CommandResult result = workspace.run(line, limit, execId -> told.command(name, line, execId));
    boolean tests = name.equals("test");
    TestCounts counts = tests ? TestOutput.count(result.output(), result.cut()) : null;
    String doubt = tests && result.ok() ? doubt(line, result.output(), counts) : null;
    boolean good = result.ok() && doubt == null && (counts == null || passes(counts));
    Step step =
        new Step(
            name,
            line,
            result.execId(),
            good,
            result.exitCode(),
            result.cause(),
            result.millis(),
            counts,
            Output.tail(Output.plain(result.output()), TAIL));
    steps.add(step);
    told.ended(step);
    if (doubt != null) {
      diagnosis = Diagnoses.doubted(doubt, result.output());
    } else if (!good) {
      diagnosis = Diagnoses.of(new Failure(name, step, result.output(), null, before.paths()));
    }
    return good;
  }

  /**
   * An exit code of 0 proves nothing where the runner itself says that tests failed or none ran.
   */
  private static boolean passes(TestCounts counts) {
    return counts.failed() == 0 && counts.passed() > 0;
  }

  /** Why tests that passed are too few to prove anything; null where they are not. */
  private String doubt(String line, String output, TestCounts counts) {
    if (counts == null) {
      return known.tests() > 0
          ? "No tests were counted; there were " + known.tests() + " before"
          : Runners.tell(line, Output.lines(output))
              ? "No test ran: the runner tells of none, and it tells of those that ran"
              : null;
    }
    return passes(counts) && counts.passed() < known.tests()
        ? "Only " + counts.passed() + " tests passed; " + known.tests() + " ran before"
        : null;
  }

  private boolean serve(String line) {
    if (line == null) {
      return true;
    }
    scope.check();
    Serving serving = new Serving(scope, limits, told, line, plan.probe());
    if (serving.isTaken()) {
      diagnosis = Diagnoses.portTaken(plan.probe().port());
      return false;
    }
    Serving.Outcome outcome = serving.run();
    steps.add(outcome.step());
    probe = outcome.probe();
    if (!outcome.step().ok()) {
      String name = outcome.step().cause().equals("serving") ? "probe" : "run";
      diagnosis =
          Diagnoses.of(new Failure(name, outcome.step(), outcome.output(), probe, before.paths()));
    }
    return outcome.step().ok();
  }

  /** An installation counts for later only if nobody changed meanwhile what it was told to read. */
  private void remember() {
    if (installed == null) {
      return;
    }
    boolean same =
        before.changes(after).keySet().stream()
            .noneMatch(path -> Sources.isInstallInput(path) && !Sources.isLock(path));
    if (same) {
      installs.keep(sandbox, installed, after);
    }
  }

  private Evidence evidence(boolean verified) {
    List<String> written =
        before.changes(after).keySet().stream().limit(Evidence.MOST_WRITTEN).toList();
    return new Evidence(
        verified, Instant.now(), workspace.image(), after.digest(), written, steps, probe);
  }

  /** Whether it failed as it would if what was installed before were gone. */
  boolean needsInstall() {
    return skipped && diagnosis != null && diagnosis.kind() == FailureKind.DEPENDENCY;
  }

  void forgetInstall() {
    installs.forget(sandbox);
  }

  /**
   * Sources that are not what they were when it began, or planned ones that came meanwhile: then it
   * is not clear what was verified.
   */
  Set<String> disturbed() {
    Set<String> planned =
        plan.files().stream().map(Plan.PlannedFile::path).collect(Collectors.toSet());
    SortedMap<String, Tree.Change> changes = before.changes(after);
    return changes.entrySet().stream()
        .filter(change -> Sources.isSource(change.getKey()))
        .filter(
            change -> change.getValue() != Tree.Change.MADE || planned.contains(change.getKey()))
        .map(Map.Entry::getKey)
        .collect(Collectors.toCollection(java.util.TreeSet::new));
  }
}
