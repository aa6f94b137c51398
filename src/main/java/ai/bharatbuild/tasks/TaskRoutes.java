package ai.bharatbuild.tasks;

import ai.bharatbuild.http.Caller;
import ai.bharatbuild.http.Ids;
import ai.bharatbuild.http.Pages;
import ai.bharatbuild.http.Query;
import ai.bharatbuild.http.Replies;
import ai.bharatbuild.http.Routes;
import io.vertx.core.Future;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.UUID;

/** Calls on tasks: what became of them, cancel, try again. */
public final class TaskRoutes implements Routes {
  private final TaskQueue queue;
  private final RetryRule rule;

  /**
   * @param rule who may have which task done again
   */
  public TaskRoutes(TaskQueue queue, RetryRule rule) {
    this.queue = queue;
    this.rule = rule;
  }

  @Override
  public void mount(Router router) {
    router.get("/api/v1/tasks").handler(this::list);
    router
        .get("/api/v1/tasks/:task_id")
        .handler(c -> Replies.json(c, 200, queue.get(id(c), account(c)).map(TaskView::of)));
    router
        .post("/api/v1/tasks/:task_id/cancel")
        .handler(c -> Replies.json(c, 200, queue.cancel(id(c), account(c)).map(TaskView::of)));
    router
        .post("/api/v1/tasks/:task_id/retry")
        .handler(c -> Replies.json(c, 202, retry(c).map(TaskView::of)));
  }

  private Future<Task> retry(RoutingContext context) {
    Caller caller = Caller.of(context);
    UUID id = id(context);
    return queue
        .get(id, caller.account())
        .compose(task -> rule.check(context, task))
        .compose(v -> queue.retry(id, caller.account(), caller.apiKey()));
  }

  private void list(RoutingContext context) {
    int page = Query.page(context);
    int limit = Query.limit(context);
    String status = context.request().getParam("status");
    TaskStatus wanted =
        status == null
            ? null
            : TaskStatus.of(status)
                .orElseThrow(() -> Query.wrong("status", "is no status of a task"));
    Replies.json(
        context,
        200,
        queue
            .list(account(context), wanted, Ids.inQuery(context, "project_id"), page, limit)
            .map(
                found ->
                    Pages.page(
                        "tasks",
                        found.tasks().stream().map(TaskView::of).toList(),
                        found.total(),
                        page,
                        limit)));
  }

  private static UUID id(RoutingContext context) {
    return Ids.inPath(context, "task_id", "task");
  }

  private static UUID account(RoutingContext context) {
    return Caller.of(context).account();
  }
}
