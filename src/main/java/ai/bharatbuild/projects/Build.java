package ai.bharatbuild.projects;

import ai.bharatbuild.problem.ApiException;
import ai.bharatbuild.projects.BuildPlan.Step;
import ai.bharatbuild.projects.BuildSandboxes.Ended;
import ai.bharatbuild.tasks.TaskOutcome;
import ai.bharatbuild.tasks.TaskRun;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Set;

/**
 * One attempt at a build. What is noted has the form {@code {project_type, steps: [{name, command,
 * exec_id, log, exit_code, success, cause, started_at, ended_at}]}}, which is also the output; the
 * members from {@code exit_code} on are missing while a command runs.
 */
final class Build {
  private static final int BEGUN = 5;
  private static final String SUCCESS = "success";

  private final TaskRun run;
  private final BuildSandboxes sandboxes;
  private final String job;
  private final String owner;
  private final int timeout;
  private JsonObject state;
  private String current;

  Build(TaskRun run, BuildSandboxes sandboxes) {
    this.run = run;
    this.sandboxes = sandboxes;
    this.job = run.task().input().getString("job_id");
    this.owner = run.task().owner();
    this.timeout = run.task().input().getInteger("timeout");
  }

  Future<TaskOutcome> run(Set<String> names) {
    JsonObject input = run.task().input();
    String type = input.getString("project_type", BuildPlan.detect(names));
    if (type == null) {
      return Future.succeededFuture(
          TaskOutcome.failed("No known kind of project is in the job; name a project_type.", null));
    }
    BuildPlan plan =
        BuildPlan.given(
            type,
            input.getString("install_command"),
            input.getString("build_command"),
            BuildPlan.of(type, names));
    JsonObject noted = run.task().state();
    state = noted != null ? noted : new JsonObject().put("project_type", type);
    if (noted == null) {
      state.put("steps", new JsonArray());
    }
    Promise<TaskOutcome> outcome = Promise.promise();
    run.onStop(reason -> stop(reason, outcome));
    sandboxes
        .ensure(job, owner, type)
        .compose(v -> run.note(BEGUN, state))
        .compose(v -> from(plan, 0))
        .onComplete(outcome::tryComplete, outcome::tryFail);
    return outcome.future();
  }

  /** A command outlives this attempt unless the task was cancelled. */
  private void stop(TaskRun.Stop reason, Promise<TaskOutcome> outcome) {
    if (reason != TaskRun.Stop.CANCELLED) {
      outcome.tryFail("the attempt is over");
    } else if (current != null) {
      sandboxes.cancel(job, owner, current);
    }
  }

  private Future<TaskOutcome> from(BuildPlan plan, int index) {
    if (index == plan.steps().size()) {
      return Future.succeededFuture(TaskOutcome.done(state));
    }
    return step(plan.steps().get(index), index, progress(plan, index))
        .compose(
            ended -> {
              if (ended.getBoolean(SUCCESS)) {
                return run.note(progress(plan, index + 1), state)
                    .compose(v -> from(plan, index + 1));
              }
              return "lost".equals(ended.getString("cause"))
                  ? lost(index, progress(plan, index))
                  : Future.succeededFuture(TaskOutcome.failed(told(ended), state));
            });
  }

  private static int progress(BuildPlan plan, int index) {
    return BEGUN + (95 - BEGUN) * index / plan.steps().size();
  }

  /** The sandbox died under the command; another attempt begins the command anew. */
  private Future<TaskOutcome> lost(int index, int progress) {
    state.getJsonArray("steps").remove(index);
    return run.note(progress, state)
        .compose(
            v ->
                Future.failedFuture(
                    ApiException.unavailable("The sandbox ended during the command.")));
  }

  private static String told(JsonObject step) {
    String how =
        step.getInteger("exit_code") == null
            ? step.getString("cause")
            : "exit code " + step.getInteger("exit_code");
    return "%s ended with %s; see its log.".formatted(step.getString("name"), how);
  }

  /** Runs a step, or goes on with what an earlier attempt began of it. */
  private Future<JsonObject> step(Step step, int index, int progress) {
    JsonArray steps = state.getJsonArray("steps");
    if (index >= steps.size()) {
      return begin(step, progress);
    }
    JsonObject noted = steps.getJsonObject(index);
    if (noted.containsKey(SUCCESS)) {
      return Future.succeededFuture(noted);
    }
    return follow(noted)
        .recover(
            e -> {
              if (!(e instanceof ApiException known) || known.problem().status() != 404) {
                return Future.failedFuture(e);
              }
              steps.remove(index);
              return begin(step, progress);
            });
  }

  private Future<JsonObject> begin(Step step, int progress) {
    if (run.stopped()) {
      return Future.failedFuture("the attempt is over");
    }
    return sandboxes
        .begin(job, owner, step.command(), timeout)
        .compose(
            id -> {
              JsonObject noted =
                  new JsonObject()
                      .put("name", step.name())
                      .put("command", step.command())
                      .put("exec_id", id)
                      .put("log", "/api/v1/containers/%s/execs/%s/events".formatted(job, id));
              state.getJsonArray("steps").add(noted);
              current = id;
              return run.note(progress, state)
                  .onFailure(e -> sandboxes.cancel(job, owner, id))
                  .compose(v -> follow(noted));
            });
  }

  private Future<JsonObject> follow(JsonObject noted) {
    current = noted.getString("exec_id");
    return sandboxes.end(job, owner, current).map(ended -> describe(noted, ended));
  }

  private static JsonObject describe(JsonObject noted, Ended ended) {
    return noted
        .put("exit_code", ended.exitCode())
        .put(SUCCESS, ended.success())
        .put("cause", ended.cause())
        .put("started_at", String.valueOf(ended.startedAt()))
        .put("ended_at", String.valueOf(ended.endedAt()));
  }
}
