package ai.bharatbuild.projects;

import ai.bharatbuild.http.BodyReader;
import ai.bharatbuild.http.Caller;
import ai.bharatbuild.http.Fields;
import ai.bharatbuild.http.Pages;
import ai.bharatbuild.http.Query;
import ai.bharatbuild.http.Replies;
import ai.bharatbuild.http.Routes;
import ai.bharatbuild.http.WorkspaceId;
import ai.bharatbuild.problem.ApiException;
import ai.bharatbuild.projects.ProjectParts.Link;
import ai.bharatbuild.projects.ProjectWorkspaces.State;
import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.Future;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;

/** Calls on a project's jobs and messages. */
public final class ProjectPartRoutes implements Routes {
  private static final long MAX_BODY = 512 << 10;
  private static final int MAX_MESSAGE = 100_000;
  private static final String PROJECT = "/api/v1/projects/:project_id";

  private final Projects projects;
  private final ProjectParts parts;
  private final ProjectWorkspaces workspaces;
  private final BodyReader bodies;

  public ProjectPartRoutes(
      Projects projects, ProjectParts parts, ProjectWorkspaces workspaces, BodyReader bodies) {
    this.projects = projects;
    this.parts = parts;
    this.workspaces = workspaces;
    this.bodies = bodies;
  }

  @Override
  public void mount(Router router) {
    router.get(PROJECT + "/jobs").handler(this::jobs);
    router.post(PROJECT + "/jobs").handler(this::link);
    router.delete(PROJECT + "/jobs/:job_id").handler(this::unlink);
    router.get(PROJECT + "/messages").handler(this::messages);
    router.post(PROJECT + "/messages").handler(this::say);
  }

  private Future<Project> project(RoutingContext context) {
    return projects.get(ProjectRoutes.id(context), ProjectRoutes.account(context));
  }

  private void jobs(RoutingContext context) {
    String owner = Caller.of(context).userId();
    Replies.json(
        context,
        200,
        project(context)
            .compose(project -> parts.jobs(project.id()))
            .compose(links -> shown(links, owner))
            .map(jobs -> Map.of("jobs", jobs, "total", jobs.size())));
  }

  private Future<List<Map<String, Object>>> shown(List<Link> links, String owner) {
    List<Future<Map<String, Object>>> shown =
        links.stream()
            .map(link -> workspaces.state(link.jobId(), owner).map(state -> view(link, state)))
            .toList();
    return Future.all(shown).map(v -> shown.stream().map(Future::result).toList());
  }

  private static Map<String, Object> view(Link link, State state) {
    Map<String, Object> view = new LinkedHashMap<>();
    view.put("job_id", link.jobId());
    view.put("state", state.name().toLowerCase(Locale.ROOT));
    view.put("linked_at", link.linkedAt());
    return view;
  }

  /** Links a job that the caller has, or a new one. */
  private void link(RoutingContext context) {
    String owner = Caller.of(context).userId();
    UUID id = ProjectRoutes.id(context);
    UUID account = ProjectRoutes.account(context);
    Replies.json(
        context,
        201,
        bodies
            .optionalJson(context, MAX_BODY)
            .map(ProjectPartRoutes::jobId)
            .compose(
                given ->
                    projects
                        .get(id, account)
                        .compose(project -> jobFor(project, given, owner))
                        .compose(job -> parts.link(id, job)))
            .map(link -> view(link, State.LIVE)));
  }

  private static String jobId(JsonNode body) {
    Fields fields = Fields.of(body);
    String id = fields.text("job_id", 1, 1000, null);
    fields.check();
    return id;
  }

  private Future<String> jobFor(Project project, String given, String owner) {
    if (given == null) {
      String title = project.title();
      return workspaces.create(owner, title.substring(0, title.offsetByCodePoints(0, cut(title))));
    }
    return workspaces
        .state(WorkspaceId.inPath(given), owner)
        .map(
            state -> {
              if (state != State.LIVE) {
                throw ApiException.notFound("job");
              }
              return given;
            });
  }

  /** Names of jobs are shorter than titles. */
  private static int cut(String title) {
    return Math.min(200, title.codePointCount(0, title.length()));
  }

  private void unlink(RoutingContext context) {
    String job = context.pathParam("job_id");
    project(context)
        .compose(project -> parts.unlink(project.id(), WorkspaceId.inPath(job)))
        .onComplete(
            done -> {
              if (done) {
                context.response().setStatusCode(204).end();
              } else {
                context.fail(ApiException.notFound("job"));
              }
            },
            context::fail);
  }

  private void messages(RoutingContext context) {
    int page = Query.page(context);
    int limit = Query.limit(context);
    Replies.json(
        context,
        200,
        project(context)
            .compose(project -> parts.messages(project.id(), page, limit))
            .map(found -> Pages.page("messages", found.messages(), found.total(), page, limit)));
  }

  private void say(RoutingContext context) {
    UUID id = ProjectRoutes.id(context);
    UUID account = ProjectRoutes.account(context);
    Replies.json(
        context,
        201,
        bodies
            .json(context, MAX_BODY, ProjectPartRoutes::content)
            .compose(
                content ->
                    projects
                        .get(id, account)
                        .compose(project -> parts.say(id, "user", null, content))));
  }

  private static String content(JsonNode body) {
    Fields fields = Fields.of(body);
    String content = fields.text("content", 1, MAX_MESSAGE);
    if (content != null && ProjectFields.hasNul(content)) {
      fields.error("content", "must not contain NUL", "value_error");
    }
    fields.check();
    return content;
  }
}
