package ai.bharatbuild.agents.runs;

import ai.bharatbuild.bus.Bus;
import ai.bharatbuild.json.Json;
import ai.bharatbuild.problem.ApiException;
import ai.bharatbuild.problem.Problem;
import ai.bharatbuild.projects.ProjectParts;
import ai.bharatbuild.tasks.Task;
import ai.bharatbuild.tasks.TaskOutcome;
import ai.bharatbuild.tasks.TaskRun;
import ai.bharatbuild.tasks.TaskWorker;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Does the tasks of {@link GenerateKind}: one run of agents each, on the project's newest job or on
 * a new one. Job and run are noted before they are waited for, so that another attempt follows the
 * run instead of beginning it again.
 */
public final class GenerateWorker implements TaskWorker {
  private static final String JOB = "job_id";
  private static final String RUN = "run_id";

  /** Noted before the run is begun; see {@link RunRequest#key}. */
  private static final String KEY = "run_key";

  private static final int SERVER = 500;

  private final RunClient runs;
  private final RunWorkspaces workspaces;
  private final ProjectParts parts;
  private final RunSettings settings;

  public GenerateWorker(
      Vertx vertx, Bus bus, RunWorkspaces workspaces, ProjectParts parts, RunSettings settings) {
    this.runs = new RunClient(vertx, bus, settings.instances());
    this.workspaces = workspaces;
    this.parts = parts;
    this.settings = settings;
  }

  @Override
  public String kind() {
    return GenerateKind.KIND;
  }

  @Override
  public int concurrency() {
    return settings.concurrent();
  }

  @Override
  public Future<TaskOutcome> run(TaskRun task) {
    Promise<TaskOutcome> outcome = Promise.promise();
    JsonObject state = task.task().state() == null ? new JsonObject() : task.task().state();
    AtomicBoolean cancelled = new AtomicBoolean();
    task.onStop(reason -> stop(reason, task.task(), state, cancelled, outcome));
    job(task, state)
        .compose(job -> started(task, state, job, cancelled))
        .compose(id -> follow(task, state, id))
        .map(GenerateWorker::outcome)
        .recover(e -> TaskOutcome.judge(e, Problem::detail))
        .onComplete(outcome::tryComplete, outcome::tryFail);
    return outcome.future();
  }

  /** A run goes on by itself unless the task was cancelled. */
  private void stop(
      TaskRun.Stop reason,
      Task task,
      JsonObject state,
      AtomicBoolean cancelled,
      Promise<TaskOutcome> outcome) {
    cancelled.set(reason == TaskRun.Stop.CANCELLED);
    if (cancelled.get() && state.containsKey(RUN)) {
      runs.cancel(RunId.inPath(state.getString(RUN)), task.owner());
    } else {
      outcome.tryFail("the attempt is over");
    }
  }

  private Future<String> job(TaskRun task, JsonObject state) {
    if (state.containsKey(JOB)) {
      return Future.succeededFuture(state.getString(JOB));
    }
    Task of = task.task();
    return parts
        .newestJobHere(of.projectId())
        .compose(job -> job == null ? Future.succeededFuture(null) : usable(job, of.owner()))
        .compose(
            job ->
                job == null ? workspaces.create(of.owner(), name(of)) : Future.succeededFuture(job))
        .compose(job -> parts.link(of.projectId(), job).map(job))
        .compose(
            job ->
                task.note(1, state.put(JOB, job).put(KEY, UUID.randomUUID().toString())).map(job));
  }

  /** The job, or null where it has expired or is gone. */
  private Future<String> usable(String job, String owner) {
    return workspaces
        .isComplete(job, owner)
        .map(job)
        .recover(
            e ->
                e instanceof ApiException known && known.problem().status() < SERVER
                    ? Future.succeededFuture(null)
                    : Future.failedFuture(e));
  }

  /** What is begun in the moment in which the task is cancelled is cancelled, too. */
  private Future<RunId> started(
      TaskRun task, JsonObject state, String job, AtomicBoolean cancelled) {
    if (state.containsKey(RUN)) {
      return Future.succeededFuture(RunId.inPath(state.getString(RUN)));
    }
    String owner = task.task().owner();
    return runs.start(job, request(task.task(), state), task::stopped)
        .compose(
            id ->
                task.note(2, state.put(RUN, id.toString()))
                    .map(id)
                    .onFailure(
                        e -> {
                          if (cancelled.get()) {
                            runs.cancel(id, owner);
                          }
                        }));
  }

  private RunRequest request(Task task, JsonObject state) {
    JsonObject input = task.input();
    String key = state.getString(KEY);
    return new RunRequest(
        RunKind.GENERATE,
        task.owner(),
        task.userId(),
        task.apiKey(),
        task.projectId(),
        key == null ? null : UUID.fromString(key),
        name(task),
        input.getString("prompt"),
        input.getString("project_type"),
        false,
        input.getBoolean("documents", false),
        settings.maxCostMicros(),
        settings.maxTokens(),
        List.of(),
        List.of());
  }

  private static String name(Task task) {
    return RunFields.name(task.input().getString("prompt"));
  }

  private Future<RunView> follow(TaskRun task, JsonObject state, RunId id) {
    String owner = task.task().owner();
    return runs.end(
        id,
        owner,
        () ->
            runs.get(id, owner)
                .onSuccess(
                    view -> {
                      if (!task.stopped()) {
                        task.note(progress(view.stage()), state);
                      }
                    }));
  }

  private static int progress(RunStage stage) {
    return switch (stage) {
      case UNDERSTAND -> 5;
      case PLAN, APPROVE -> 10;
      case WRITE -> 30;
      case VERIFY -> 60;
      case FIX -> 70;
      case DOCUMENT -> 90;
      case DONE -> 100;
    };
  }

  private static TaskOutcome outcome(RunView run) {
    JsonObject output = new JsonObject(Json.encode(run));
    output.remove("plan");
    TaskOutcome outcome =
        run.status() == RunStatus.COMPLETE
            ? TaskOutcome.done(output)
            : TaskOutcome.failed(
                run.reason() == null ? "The run ended." : run.reason().detail(), output);
    RunView.Cost cost = run.cost();
    return outcome.spending(
        new TaskOutcome.Spent(cost.usage().total(), cost.costPaise(), cost.model()));
  }
}
