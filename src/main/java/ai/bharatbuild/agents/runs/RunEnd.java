package ai.bharatbuild.agents.runs;

import ai.bharatbuild.agents.verify.Evidence;
import ai.bharatbuild.agents.work.Await;
import java.io.IOException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ends a run: its job first, then its state, then its log, with exactly one last event. */
final class RunEnd {
  private static final Logger LOG = LoggerFactory.getLogger(RunEnd.class);

  private final LiveRun run;
  private final RunParts parts;

  RunEnd(LiveRun run, RunParts parts) {
    this.run = run;
    this.parts = parts;
  }

  /**
   * @param reason null for a run that is complete
   */
  void end(RunStatus status, RunState.Reason reason) {
    UserEdits.Found found = new UserEdits(run).look();
    run.change(state -> state.edited(found));
    boolean given =
        switch (status) {
          case FAILED -> fail(reason);
          case CANCELLED -> cancel();
          default -> complete();
        };
    remember();
    RunState.Reason why =
        given ? new RunState.Reason(reason.code(), reason.detail(), true) : reason;
    run.settle(state -> state.end(status, why, Instant.now()));
    tell();
  }

  private boolean complete() {
    Await.of(parts.workspaces().complete(run.id().job(), run.request().owner()));
    return false;
  }

  /** A job that was complete is so again; of another one the best is kept. Whether it was. */
  private boolean fail(RunState.Reason reason) {
    RunState state = run.state();
    if (wasComplete(state) && done("given back", this::giveBack)) {
      return true;
    }
    if (state.best() != null) {
      done("brought back", () -> bringBack(state.best().version(), state.editedSinceBest()));
    }
    String job = run.id().job();
    String owner = run.request().owner();
    done("marked as failed", () -> Await.of(parts.workspaces().fail(job, owner, reason.detail())));
    return false;
  }

  /** What was written stays, for another run to go on with; else the job is as it was. */
  private boolean cancel() {
    RunState state = run.state();
    return wasComplete(state)
        && state.written().isEmpty()
        && state.repairs().isEmpty()
        && done("given back", this::giveBack);
  }

  private static boolean wasComplete(RunState state) {
    return state.before() != null && state.before().complete();
  }

  /** The job is as the run found it, but for what the user has changed since. */
  private void giveBack() {
    RunState state = run.state();
    bringBack(state.before().version(), state.edited());
    complete();
  }

  private void bringBack(int version, List<String> edited) {
    new RunVersions(run, parts).bringBack(version, edited);
  }

  /** Does what must not hinder the end; whether it could be done. */
  private boolean done(String what, Runnable work) {
    try {
      work.run();
      return true;
    } catch (RuntimeException e) {
      LOG.warn("the job of run {} could not be {}", run.id(), what, e);
      return false;
    }
  }

  private void remember() {
    try {
      new WorkspaceLook(run).remember();
    } catch (RuntimeException e) {
      LOG.warn("what run {} wrote could not be noted", run.id(), e);
    }
  }

  /** Tells the end that the state says; only the first time counts. */
  void tell() {
    RunState state = run.state();
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("run_id", run.id().toString());
    data.put("job_id", run.id().job());
    data.put("status", state.status());
    data.put("author", state.author());
    if (state.reason() != null) {
      data.put("code", state.reason().code());
      data.put("message", state.reason().detail());
      data.put("given_back", state.reason().givenBack());
    }
    data.put("files_count", files());
    if (!state.repairs().isEmpty()) {
      TreeSet<String> changed = new TreeSet<>();
      state.repairs().forEach(repair -> changed.addAll(repair.changed()));
      data.put("fixed_files", state.status() == RunStatus.COMPLETE ? changed : List.of());
    }
    data.put("evidence", evidence(state));
    data.put("cost", state.cost());
    data.put("stages", state.stages());
    Await.of(run.log().end(state.status().text(), data));
    try {
      run.told();
    } catch (IOException e) {
      LOG.warn(
          "it could not be noted that run {} has ended; its events are read again", run.id(), e);
    }
  }

  /** That of the best where that is what is left, else what was seen last. */
  private static Evidence evidence(RunState state) {
    return state.status() == RunStatus.COMPLETE || state.best() == null
        ? state.evidence()
        : state.best().evidence();
  }

  private int files() {
    try {
      return run.workspace().files().size();
    } catch (RuntimeException e) {
      return 0;
    }
  }
}
