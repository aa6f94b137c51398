package ai.bharatbuild.agents.verify;

import ai.bharatbuild.agents.plan.Plan.Probe;
import ai.bharatbuild.agents.verify.Evidence.ProbeResult;
import ai.bharatbuild.agents.verify.Evidence.Step;
import ai.bharatbuild.agents.work.CommandResult;
import ai.bharatbuild.agents.work.RunScope;
import ai.bharatbuild.agents.work.Workspace;
import ai.bharatbuild.agents.work.Workspace.Answer;
import ai.bharatbuild.agents.work.Workspace.Service;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/** Starts what serves, asks it until it answers as planned twice in a row, and stops it. */
final class Serving {
  /** What came of it. */
  record Outcome(Step step, ProbeResult probe, String output) {}

  private static final long MILLION = 1_000_000;
  private static final Duration SOON = Duration.ofMillis(50);
  private static final Duration LATER = Duration.ofMillis(250);

  /** From then on it is asked less often. */
  private static final Duration SLOW = Duration.ofSeconds(5);

  /** A port where nothing listens is found so at once; this is for one that does not answer. */
  private static final Duration FREE = Duration.ofMillis(500);

  private final RunScope scope;
  private final Workspace workspace;
  private final VerifyLimits limits;
  private final Told told;
  private final String line;
  private final Probe probe;

  private long begun;
  private long answered = -1;
  private ProbeResult last;

  Serving(RunScope scope, VerifyLimits limits, Told told, String line, Probe probe) {
    this.scope = scope;
    this.workspace = scope.workspace();
    this.limits = limits;
    this.told = told;
    this.line = line;
    this.probe = probe;
  }

  /**
   * Whether something answers on the port before the project is started: then it proves nothing.
   */
  boolean isTaken() {
    return workspace.get(probe.port(), probe.path(), FREE).isPresent();
  }

  Outcome run() {
    begun = System.nanoTime();
    Service service = workspace.start(line);
    boolean good = false;
    Optional<CommandResult> ended = Optional.empty();
    String output;
    try {
      told.command("run", line, service.execId());
      good = poll(service);
      ended = service.ended();
      output = ended.map(CommandResult::output).orElseGet(service::output);
    } finally {
      service.stop();
    }
    Step step = step(service.execId(), good && ended.isEmpty(), ended, output);
    if (last != null) {
      told.probe(last);
    }
    told.ended(step);
    return new Outcome(step, last, output);
  }

  private Step step(String execId, boolean ok, Optional<CommandResult> ended, String output) {
    return new Step(
        "run",
        line,
        execId,
        ok,
        ended.map(CommandResult::exitCode).orElse(null),
        ended.map(CommandResult::cause).orElse("serving"),
        millis(),
        null,
        Output.tail(Output.plain(output), Pass.TAIL));
  }

  /** Whether two answers in a row were as planned. */
  private boolean poll(Service service) {
    boolean before = false;
    while (service.ended().isEmpty() && millis() < limits.start().toMillis()) {
      scope.check();
      Optional<Answer> answer = workspace.get(probe.port(), probe.path(), limits.get());
      last = result(answer);
      if (last.ok() && before) {
        return true;
      }
      before = last.ok();
      if (hopeless(answer.isPresent())) {
        return false;
      }
      pause(millis() < SLOW.toMillis() || before ? SOON : LATER);
    }
    return false;
  }

  private ProbeResult result(Optional<Answer> answer) {
    return new ProbeResult(
        probe.port(),
        probe.path(),
        probe.status(),
        answer.map(Answer::status).orElse(null),
        answer.map(Answer::contentType).orElse(null),
        millis());
  }

  /** It has been answering otherwise than planned for long enough. */
  private boolean hopeless(boolean answers) {
    if (!answers || last.ok()) {
      answered = -1;
      return false;
    }
    if (answered < 0) {
      answered = millis();
    }
    return millis() - answered >= limits.settle().toMillis();
  }

  private long millis() {
    return (System.nanoTime() - begun) / MILLION;
  }

  private static void pause(Duration time) {
    LockSupport.parkNanos(time.toNanos());
  }
}
