package ai.bharatbuild.projects;

import ai.bharatbuild.http.BodyReader;
import ai.bharatbuild.http.Caller;
import ai.bharatbuild.http.Fields;
import ai.bharatbuild.http.Replies;
import ai.bharatbuild.http.Routes;
import ai.bharatbuild.problem.ApiException;
import ai.bharatbuild.projects.ProjectParts.Link;
import ai.bharatbuild.tasks.NewTask;
import ai.bharatbuild.tasks.Task;
import ai.bharatbuild.tasks.TaskQueue;
import ai.bharatbuild.tasks.TaskView;
import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.UUID;

/** Puts work for a project on the queue and answers with its task. */
public final class ExecuteRoutes implements Routes {
  private static final long MAX_BODY = 256 << 10;

  private final Projects projects;
  private final ProjectParts parts;
  private final TaskQueue queue;
  private final ExecutionRules rules;
  private final BodyReader bodies;

  public ExecuteRoutes(
      Projects projects,
      ProjectParts parts,
      TaskQueue queue,
      ExecutionRules rules,
      BodyReader bodies) {
    this.projects = projects;
    this.parts = parts;
    this.queue = queue;
    this.rules = rules;
    this.bodies = bodies;
  }

  private record Asked(ExecutionKind kind, String jobId, JsonObject input) {}

  /** What is to be done, and on which server; null for any. */
  private record Placed(JsonObject input, String server) {}

  @Override
  public void mount(Router router) {
    router.post("/api/v1/projects/:project_id/execute").handler(this::execute);
  }

  private void execute(RoutingContext context) {
    UUID id = ProjectRoutes.id(context);
    Caller caller = Caller.of(context);
    bodies
        .optionalJson(context, MAX_BODY)
        .map(this::read)
        .compose(
            asked ->
                projects
                    .get(id, caller.account())
                    .compose(
                        project -> {
                          rules.check(context, project, asked.kind());
                          return withJob(id, asked);
                        })
                    .compose(placed -> queue.enqueue(task(caller, id, asked.kind(), placed))))
        .onComplete(task -> answer(context, task), context::fail);
  }

  private Asked read(JsonNode body) {
    Fields fields = Fields.of(body);
    String name = fields.text("kind", 1, 50, rules.kinds().getFirst().kind());
    ExecutionKind kind = rules.kind(name).orElse(null);
    if (kind == null && name != null) {
      List<String> known = rules.kinds().stream().map(ExecutionKind::kind).toList();
      fields.error("kind", "must be one of " + String.join(", ", known), "value_error");
    }
    String job = fields.text("job_id", 1, 48, null);
    JsonObject input = kind == null ? new JsonObject() : kind.input(fields);
    fields.check();
    return new Asked(kind, job, input);
  }

  /** It is done where the job is on disk: the one asked for, or else the one linked last. */
  private Future<Placed> withJob(UUID project, Asked asked) {
    return parts
        .jobs(project)
        .map(
            links -> {
              Link wanted =
                  links.stream()
                      .filter(link -> asked.jobId() == null || link.jobId().equals(asked.jobId()))
                      .findFirst()
                      .orElse(null);
              if (asked.kind().needsJob()) {
                if (wanted == null) {
                  throw ApiException.conflict(
                      "no_job",
                      "The project has no such job; link one by POST /projects/{id}/jobs first.");
                }
                asked.input().put("job_id", wanted.jobId());
              }
              return new Placed(asked.input(), wanted == null ? null : wanted.server());
            });
  }

  private static NewTask task(Caller caller, UUID project, ExecutionKind kind, Placed placed) {
    return new NewTask(
        caller.account(),
        caller.userId(),
        caller.apiKey(),
        project,
        kind.kind(),
        true,
        placed.input(),
        kind.maxAttempts(),
        placed.server());
  }

  private static void answer(RoutingContext context, Task task) {
    context.response().putHeader("Location", "/api/v1/tasks/" + task.id());
    Replies.json(context, 202, TaskView.of(task));
  }
}
