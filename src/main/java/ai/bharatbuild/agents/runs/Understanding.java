package ai.bharatbuild.agents.runs;

import ai.bharatbuild.agents.plan.Plan;
import ai.bharatbuild.agents.work.Await;
import ai.bharatbuild.agents.work.RunFailedException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The first stage: what a run finds in its job, and where it goes on from there. Only when that is
 * kept is the job opened, so that a run which fails can give back what it was.
 */
final class Understanding {
  private final LiveRun run;
  private final RunParts parts;
  private final WorkspaceLook look;
  private final boolean fix;

  Understanding(LiveRun run, RunParts parts, WorkspaceLook look) {
    this.run = run;
    this.parts = parts;
    this.look = look;
    this.fix = run.request().kind() == RunKind.FIX;
  }

  RunStage next() {
    String job = run.id().job();
    String owner = run.request().owner();
    boolean complete = Await.of(parts.workspaces().isComplete(job, owner));
    WorkspaceLook.Found found = look.look();
    if (found.existing()) {
      keep(complete);
    }
    Await.of(parts.workspaces().open(job, owner));
    Plan plan = plan();
    // A run that is resumed finds what it wrote; what it was begun with is known.
    boolean existing = plan == null || fix ? found.existing() : run.state().existing();
    run.change(state -> state.found(existing, found.userEdits()).plan(plan));
    tell(found);
    if (fix && !found.existing()) {
      throw new RunFailedException(
          "nothing_to_fix", "The job has no files; write some, or generate a project first.");
    }
    return from(plan);
  }

  /** A run that was cancelled goes on from files that it changed: those of before it stay known. */
  private void keep(boolean complete) {
    int version = new RunVersions(run, parts).keep("before");
    if (complete || run.state().before() == null) {
      run.change(state -> state.before(new RunState.Before(version, complete)));
    }
  }

  /**
   * The plan of the project that is to be repaired, or that of the run which is resumed; null where
   * one is to be made. What was written by a plan may be changed together with it.
   */
  private Plan plan() {
    RunState state = run.state();
    Plan there = look.plan(parts.stacks());
    if (there != null && (fix || !state.written().isEmpty())) {
      return there;
    }
    if (state.plan() != null && !look.planIsOthers(parts.stacks())) {
      look.keep(state.plan(), look.planFile());
    }
    return state.plan();
  }

  private void tell(WorkspaceLook.Found found) {
    Map<String, Object> told = new LinkedHashMap<>();
    told.put("run_id", run.id().toString());
    told.put("job_id", run.id().job());
    told.put("existing", found.existing());
    told.put("files_count", found.files());
    told.put("user_edits", run.state().userEdits());
    run.tell("understood", told);
  }

  private RunStage from(Plan plan) {
    if (plan == null) {
      return RunStage.PLAN;
    }
    if (fix) {
      return RunStage.VERIFY;
    }
    boolean approved = !run.request().approve() || !run.state().written().isEmpty();
    return approved ? RunStage.WRITE : RunStage.APPROVE;
  }
}
