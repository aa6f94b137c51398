package ai.bharatbuild.agents.runs;

import ai.bharatbuild.agents.verify.Evidence;
import ai.bharatbuild.agents.work.Await;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
    switch (status) {
      case COMPLETE -> Await.of(parts.workspaces().complete(run.id().job(), run.request().owner()));
      case FAILED -> fail(reason);
      default -> {}
    }
    remember();
    run.change(state -> state.end(status, reason, Instant.now()));
    tell();
  }

  /**
   * The best that there was is kept, and the job says that it failed; neither must hinder the end.
   */
  private void fail(RunState.Reason reason) {
    String job = run.id().job();
    String owner = run.request().owner();
    RunState.Best best = run.state().best();
    try {
      if (best != null) {
        bringBack(best.version());
      }
      Await.of(parts.workspaces().fail(job, owner, reason.detail()));
    } catch (RuntimeException e) {
      LOG.warn("the job of run {} could not be marked as failed", run.id(), e);
    }
  }

  /** What the last try left is a version of its own, unless it is the best. */
  private void bringBack(int best) {
    String job = run.id().job();
    String owner = run.request().owner();
    int last = Await.of(parts.workspaces().keep(job, owner, "failed"));
    if (last != best) {
      Set<String> edited = Set.copyOf(run.state().editedSinceBest());
      List<String> stayed = Await.of(parts.workspaces().restore(job, owner, best, last, edited));
      run.tell("restored", Map.of("version", best, "instead_of", last, "stayed", stayed));
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
    }
    data.put("files_count", files());
    if (!state.repairs().isEmpty()) {
      TreeSet<String> changed = new TreeSet<>();
      state.repairs().forEach(repair -> changed.addAll(repair.changed()));
      data.put("fixed_files", state.status() == RunStatus.COMPLETE ? changed : List.of());
    }
    data.put("evidence", state.best() == null ? state.evidence() : best(state));
    data.put("cost", state.cost());
    data.put("stages", state.stages());
    Await.of(run.log().end(state.status().text(), data));
  }

  private static Evidence best(RunState state) {
    return state.status() == RunStatus.COMPLETE ? state.evidence() : state.best().evidence();
  }

  private int files() {
    try {
      return run.workspace().files().size();
    } catch (RuntimeException e) {
      return 0;
    }
  }
}
