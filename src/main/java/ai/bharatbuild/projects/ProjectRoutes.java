package ai.bharatbuild.projects;

import ai.bharatbuild.http.AllowedModes;
import ai.bharatbuild.http.BodyReader;
import ai.bharatbuild.http.Caller;
import ai.bharatbuild.http.Ids;
import ai.bharatbuild.http.Pages;
import ai.bharatbuild.http.Query;
import ai.bharatbuild.http.Replies;
import ai.bharatbuild.http.Routes;
import ai.bharatbuild.tasks.TaskQueue;
import ai.bharatbuild.tasks.TaskStatus;
import io.vertx.core.Future;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Calls on projects themselves. */
public final class ProjectRoutes implements Routes {
  private static final Logger LOG = LoggerFactory.getLogger(ProjectRoutes.class);
  private static final long MAX_BODY = 256 << 10;
  private static final String PROJECT = "/api/v1/projects/:project_id";

  private final Projects projects;
  private final Documents documents;
  private final TaskQueue queue;
  private final BodyReader bodies;

  public ProjectRoutes(Projects projects, Documents documents, TaskQueue queue, BodyReader bodies) {
    this.projects = projects;
    this.documents = documents;
    this.queue = queue;
    this.bodies = bodies;
  }

  @Override
  public void mount(Router router) {
    router.get("/api/v1/projects").handler(this::list);
    router.post("/api/v1/projects").handler(this::create);
    router.get(PROJECT).handler(c -> Replies.json(c, 200, projects.get(id(c), account(c))));
    router.put(PROJECT).handler(this::change);
    router.delete(PROJECT).handler(this::delete);
  }

  private void list(RoutingContext context) {
    int page = Query.page(context);
    int limit = Query.limit(context);
    Replies.json(
        context,
        200,
        projects
            .list(account(context), ProjectFilter.of(context), page, limit)
            .map(found -> Pages.page("projects", found.projects(), found.total(), page, limit)));
  }

  private void create(RoutingContext context) {
    UUID account = account(context);
    bodies
        .json(context, MAX_BODY, ProjectFields::forNew)
        .map(given -> allowed(context, given))
        .compose(given -> projects.create(account, given))
        .onComplete(
            project -> {
              context.response().putHeader("Location", "/api/v1/projects/" + project.id());
              Replies.json(context, 201, project);
            },
            context::fail);
  }

  private void change(RoutingContext context) {
    UUID id = id(context);
    UUID account = account(context);
    Replies.json(
        context,
        200,
        bodies
            .json(context, MAX_BODY, ProjectFields::forChange)
            .map(given -> allowed(context, given))
            .compose(given -> projects.change(id, account, given)));
  }

  /** A call's key may be for projects of some modes only. */
  private static ProjectFields allowed(RoutingContext context, ProjectFields given) {
    if (given.mode() != null) {
      AllowedModes.check(context, given.mode().text());
    }
    return given;
  }

  /** What is being done for it is told to stop; its tasks go with it. */
  private void delete(RoutingContext context) {
    UUID id = id(context);
    UUID account = account(context);
    queue
        .list(account, TaskStatus.RUNNING, id, 1, 100)
        .compose(
            running -> {
              List<Future<?>> cancelled =
                  running.tasks().stream()
                      .<Future<?>>map(task -> queue.cancel(task.id(), account))
                      .toList();
              return Future.join(cancelled).otherwiseEmpty();
            })
        .compose(v -> documents.keys(id))
        .compose(keys -> projects.delete(id, account).map(keys))
        .onSuccess(
            keys ->
                documents
                    .discard(keys)
                    .onFailure(e -> LOG.warn("bytes of documents are left of {}", id, e)))
        .onComplete(v -> context.response().setStatusCode(204).end(), context::fail);
  }

  static UUID id(RoutingContext context) {
    return Ids.inPath(context, "project_id", "project");
  }

  static UUID account(RoutingContext context) {
    return Caller.of(context).account();
  }
}
