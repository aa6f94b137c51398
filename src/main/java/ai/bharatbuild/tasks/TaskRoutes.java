package ai.bharatbuild.tasks;

import ai.bharatbuild.http.Caller;
import ai.bharatbuild.http.Ids;
import ai.bharatbuild.http.Pages;
import ai.bharatbuild.http.Query;
import ai.bharatbuild.http.Replies;
import ai.bharatbuild.http.Routes;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.UUID;

/** Calls on tasks: what became of them, cancel, try again. */
public final class TaskRoutes implements Routes {
  private final TaskQueue queue;

  public TaskRoutes(TaskQueue queue) {
    this.queue = queue;
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
        .handler(c -> Replies.json(c, 202, queue.retry(id(c), account(c)).map(TaskView::of)));
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
