package ai.bharatbuild.agents.runs;

import ai.bharatbuild.agents.plan.Plan;
import ai.bharatbuild.agents.verify.Verification;
import ai.bharatbuild.agents.work.Await;
import ai.bharatbuild.agents.work.Brief;
import ai.bharatbuild.agents.work.RunFailedException;
import ai.bharatbuild.agents.work.RunStoppedException;
import ai.bharatbuild.agents.work.StopSignal;
import ai.bharatbuild.problem.ApiException;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The work of one run, from the stage that its state names to its end: plain sequential code on a
 * virtual thread of its own. What each stage came to is on disk before the next begins.
 */
final class RunFlow {
  private static final Logger LOG = LoggerFactory.getLogger(RunFlow.class);
  private static final long MILLION = 1_000_000;

  /** How often files may change between their verification and the end. */
  private static final int MOST_STALE = 2;

  private static final int MOST_NAMED = 5;

  private final LiveRun run;
  private final RunParts parts;
  private final RunRequest request;
  private final WorkspaceLook look;
  private final UserEdits edits;
  private final RepairLoop repairs;
  private final RunVersions versions;
  private int stale;

  RunFlow(LiveRun run, RunParts parts) {
    this.run = run;
    this.parts = parts;
    this.request = run.request();
    this.look = new WorkspaceLook(run);
    this.edits = new UserEdits(run);
    this.repairs = new RepairLoop(run, parts.author(), parts.verifier());
    this.versions = new RunVersions(run, parts);
  }

  /** Works until the run ends, waits for its user, or the server stops. Never throws. */
  void work() {
    try {
      if (run.state().status().ended()) {
        new RunEnd(run, parts).tell();
        return;
      }
      inTurn();
    } catch (RunStoppedException e) {
      if (run.signal().why() == StopSignal.Why.CANCELLED) {
        end(RunStatus.CANCELLED, "cancelled", "The run was cancelled.");
      }
    } catch (RunFailedException e) {
      end(RunStatus.FAILED, e.code(), e.getMessage());
    } catch (ApiException e) {
      end(RunStatus.FAILED, e.problem().code(), e.problem().detail());
    } catch (RuntimeException e) {
      LOG.error("run {} failed in stage {}", run.id(), run.state().stage().text(), e);
      end(RunStatus.FAILED, "internal_error", "The server failed; its log says how.");
    }
  }

  private void end(RunStatus status, String code, String detail) {
    try {
      new RunEnd(run, parts).end(status, new RunState.Reason(code, detail));
    } catch (RuntimeException e) {
      // The next start of the server tries again.
      LOG.error("the end of run {} could not be kept", run.id(), e);
    }
  }

  private void inTurn() {
    if (!parts.slots().tryAcquire()) {
      run.tell("status", Map.of("stage", "queued", "message", "Waiting for other runs to end."));
      acquire();
    }
    try {
      begin();
      while (!run.state().status().ended() && run.state().status() != RunStatus.WAITING) {
        step();
      }
    } finally {
      parts.slots().release();
    }
  }

  private void acquire() {
    Thread own = Thread.currentThread();
    run.signal()
        .during(
            own::interrupt,
            () -> {
              try {
                parts.slots().acquire();
                return null;
              } catch (InterruptedException e) {
                throw new RunStoppedException("stopped while it waited");
              }
            });
  }

  /** Ends commands that an earlier server began for the run, whose ends nobody waits for. */
  private void begin() {
    run.check();
    RunState before = run.state();
    for (String exec : before.execs()) {
      Await.of(parts.workspaces().cancel(run.id().job(), request.owner(), exec));
      run.ended(exec);
    }
    boolean anew = before.stage() != RunStage.UNDERSTAND && before.stage() != RunStage.APPROVE;
    if (anew) {
      run.tell("resumed", Map.of("stage", before.stage().text()));
    }
    // What a repair had changed when the server was killed is not known: see how it is.
    RunStage from = before.stage() == RunStage.FIX ? RunStage.VERIFY : before.stage();
    UserEdits.Found found = edits.look();
    run.change(state -> state.status(RunStatus.RUNNING).stage(from).edited(found));
    repairs.countInterrupted();
  }

  private void step() {
    run.check();
    RunStage stage = run.state().stage();
    long begun = System.nanoTime();
    run.tell("status", Map.of("stage", stage.text(), "message", StageMessages.of(stage, request)));
    RunStage next =
        switch (stage) {
          case UNDERSTAND -> new Understanding(run, parts, look).next();
          case PLAN -> plan();
          case APPROVE -> approved();
          case WRITE -> write();
          case VERIFY -> verify();
          case FIX -> fix();
          case DOCUMENT -> document();
          case DONE -> throw new IllegalStateException("the run is over");
        };
    if (!stage.leadsTo(next)) {
      throw new IllegalStateException("no way leads from " + stage + " to " + next);
    }
    long millis = (System.nanoTime() - begun) / MILLION;
    if (next == RunStage.DONE) {
      run.change(state -> state.took(stage, millis));
      new RunEnd(run, parts).end(RunStatus.COMPLETE, null);
    } else {
      UserEdits.Found found = edits.look();
      UnaryOperator<RunChange> on = state -> state.took(stage, millis).edited(found).stage(next);
      if (next == RunStage.APPROVE) {
        run.settle(state -> on.apply(state).status(RunStatus.WAITING));
        run.tell("waiting", Map.of("for", "approval", "run_id", run.id().toString()));
        Await.of(run.log().flush());
      } else {
        run.change(on);
      }
    }
  }

  private RunStage plan() {
    byte[] before = look.planFile();
    boolean others = look.planIsOthers(parts.stacks());
    if (others && request.approve()) {
      throw new RunFailedException(
          "plan_file_taken",
          "plan.json is there and is no plan; rename it, so that the plan to approve can be"
              + " there.");
    }
    Plan plan = parts.author().plan(run, brief());
    if (others) {
      warn("plan.json is there and is no plan; it stays, and the run alone knows its plan.");
    } else if (!look.keep(plan, before)) {
      warn("Somebody changed plan.json while the run planned; it stays.");
    }
    run.change(state -> state.plan(plan));
    run.tell("plan", Map.of("author", parts.author().name(), "plan", plan));
    if (request.kind() == RunKind.FIX) {
      return RunStage.VERIFY;
    }
    return request.approve() ? RunStage.APPROVE : RunStage.WRITE;
  }

  /** The user may have changed the plan in the meantime. */
  private RunStage approved() {
    Plan plan = look.plan(parts.stacks());
    if (plan == null) {
      throw new RunFailedException(
          "plan_missing", "plan.json is gone from the workspace or is no valid plan any more.");
    }
    run.change(state -> state.plan(plan));
    run.tell("approved", Map.of("plan", plan));
    return RunStage.WRITE;
  }

  private RunStage write() {
    Plan plan = run.state().plan();
    parts
        .author()
        .write(
            run,
            brief(),
            plan,
            Set.copyOf(run.state().written()),
            path -> run.change(state -> state.written(path)));
    versions.keep("written");
    return RunStage.VERIFY;
  }

  private RunStage verify() {
    Verification seen = repairs.verify(run.state().plan());
    // Of two that are verified the newer one has what the user changed meanwhile.
    if (seen.evidence().verified() || repairs.isBest()) {
      UserEdits.Found found = edits.look();
      int version = versions.keep(seen.evidence().verified() ? "verified" : "verify");
      repairs.keepBest(version, found);
    }
    if (seen.evidence().verified() && !repairs.toldErrorsRemain()) {
      return RunStage.DOCUMENT;
    }
    return RunStage.FIX;
  }

  private RunStage fix() {
    RunStage next = repairs.repair(brief());
    if (!run.state().repairs().getLast().changed().isEmpty()) {
      versions.keep("repaired");
    }
    return next;
  }

  /** What is made complete is what was verified: looked at before and after the documents. */
  private RunStage document() {
    if (isStale()) {
      return RunStage.VERIFY;
    }
    if (request.documents() && request.projectId() != null) {
      // Other documents for other files.
      String verified = run.id() + "-" + run.state().evidence().tree();
      parts
          .documents()
          .make(run, verified, request.projectId(), request.account(), request.owner());
      run.check();
      if (isStale()) {
        return RunStage.VERIFY;
      }
    }
    run.check();
    return RunStage.DONE;
  }

  private boolean isStale() {
    List<String> changed = repairs.changedSince();
    if (changed.isEmpty()) {
      return false;
    }
    String paths = changed.stream().limit(MOST_NAMED).collect(Collectors.joining(", "));
    String which = "Files changed after they were verified, such as " + paths + ".";
    stale++;
    if (stale > MOST_STALE) {
      throw new RunFailedException(
          "files_changed", which + " Resume the run when nothing changes them any more.");
    }
    warn(which + " The project is verified again.");
    return true;
  }

  private void warn(String message) {
    run.tell("warning", Map.of("message", message));
  }

  private Brief brief() {
    RunState state = run.state();
    List<Brief.Picture> pictures = new ArrayList<>();
    try {
      List<String> types = request.pictures();
      for (byte[] bytes : run.files().pictures(run.id(), types.size())) {
        pictures.add(new Brief.Picture(types.get(pictures.size()), Buffer.buffer(bytes)));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Brief(
        request.prompt(),
        request.projectType(),
        state.existing(),
        pictures,
        request.errors(),
        state.userEdits());
  }
}
