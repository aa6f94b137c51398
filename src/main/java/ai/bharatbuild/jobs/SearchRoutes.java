package ai.bharatbuild.jobs;

import ai.bharatbuild.bus.Bus;
import ai.bharatbuild.config.Settings;
import ai.bharatbuild.files.FileFailure;
import ai.bharatbuild.http.Caller;
import ai.bharatbuild.http.Query;
import ai.bharatbuild.http.Replies;
import ai.bharatbuild.http.Routes;
import ai.bharatbuild.http.WorkspaceId;
import ai.bharatbuild.jobs.JobMessages.Ref;
import ai.bharatbuild.jobs.search.Glob;
import ai.bharatbuild.jobs.search.Search;
import ai.bharatbuild.jobs.search.SearchQuery;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.List;

/** Search in the files of a job, and of a container's workspace. */
public final class SearchRoutes implements Routes {
  private static final int MAX_TEXT = 1000;
  private static final int MAX_GLOBS = 20;
  private static final int MAX_MATCHES = 1000;
  private static final int MAX_CONTEXT = 10;
  private static final int MAX_TIME_MS = 30_000;

  private final Bus bus;
  private final Settings.Jobs settings;
  private final WorkspaceFileRoutes.ContainerGate containers;

  public SearchRoutes(
      Bus bus, Settings.Jobs settings, WorkspaceFileRoutes.ContainerGate containers) {
    this.bus = bus;
    this.settings = settings;
    this.containers = containers;
  }

  @Override
  public void mount(Router router) {
    router.get("/api/v1/jobs/:id/search").handler(context -> search(context, false));
    router.get("/api/v1/containers/:id/search").handler(context -> search(context, true));
  }

  private void search(RoutingContext context, boolean ofContainer) {
    String id = WorkspaceId.inPath(context.pathParam("id"));
    Ref ref = new Ref(id, Caller.of(context).userId(), ofContainer);
    SearchQuery query = read(context);
    Future<Void> allowed =
        ofContainer ? containers.use(id, ref.userId()) : Future.succeededFuture();
    allowed
        .compose(
            v ->
                bus.ask(
                    JobMessages.SEARCH,
                    Bus.shardOf(id, settings.instances()),
                    new JobMessages.SearchFiles(ref, query)))
        .compose(search -> run(context, search))
        .onComplete(json -> Replies.send(context, 200, json), context::fail);
  }

  private static Future<Buffer> run(RoutingContext context, Search search) {
    context.addEndHandler(end -> search.cancel());
    return search.run();
  }

  private static SearchQuery read(RoutingContext context) {
    return new SearchQuery(
        text(context),
        Query.flag(context, "regex", false),
        Query.flag(context, "ignore_case", false),
        FileBodies.directory(context.request().getParam("path")),
        globs(context, "include"),
        globs(context, "exclude"),
        Query.flag(context, "all", false),
        (int) Query.whole(context, "limit", 1, MAX_MATCHES, 100),
        (int) Query.whole(context, "context", 0, MAX_CONTEXT, 0),
        Query.whole(context, "time_ms", 1, MAX_TIME_MS, 5_000),
        cursor(context));
  }

  private static String text(RoutingContext context) {
    String text = context.request().getParam("q");
    if (text == null || text.isEmpty() || text.codePointCount(0, text.length()) > MAX_TEXT) {
      throw Query.wrong("q", "must have 1 to " + MAX_TEXT + " characters");
    }
    if (text.indexOf('\n') >= 0 || text.indexOf('\r') >= 0) {
      throw Query.wrong("q", "must be one line, as lines are searched one by one");
    }
    return text;
  }

  private static List<Glob> globs(RoutingContext context, String name) {
    List<String> given = context.queryParam(name);
    if (given.size() > MAX_GLOBS) {
      throw Query.wrong(name, "may be given " + MAX_GLOBS + " times at most");
    }
    List<Glob> globs = new ArrayList<>();
    for (String each : given) {
      try {
        globs.add(Glob.of(each));
      } catch (IllegalArgumentException e) {
        throw Query.wrong(name, e.getMessage());
      }
    }
    return globs;
  }

  private static SearchQuery.Cursor cursor(RoutingContext context) {
    String given = context.request().getParam("after");
    try {
      return given == null ? null : SearchQuery.Cursor.decode(given);
    } catch (IllegalArgumentException | FileFailure e) {
      throw Query.wrong("after", "must be the next of an earlier answer");
    }
  }
}
