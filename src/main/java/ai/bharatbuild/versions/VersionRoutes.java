package ai.bharatbuild.versions;

import ai.bharatbuild.files.FileFailure;
import ai.bharatbuild.files.WorkspacePath;
import ai.bharatbuild.http.Caller;
import ai.bharatbuild.http.FileReply;
import ai.bharatbuild.http.Pages;
import ai.bharatbuild.http.Query;
import ai.bharatbuild.http.RawPath;
import ai.bharatbuild.http.Replies;
import ai.bharatbuild.http.Routes;
import ai.bharatbuild.http.WorkspaceId;
import ai.bharatbuild.problem.ApiException;
import ai.bharatbuild.storage.ByteRange;
import ai.bharatbuild.storage.ObjectBody;
import io.vertx.core.Future;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Calls on the versions of a job. */
public final class VersionRoutes implements Routes {
  private static final String VERSIONS = "/api/v1/jobs/:id/versions";
  private static final int BEFORE_PATH = 7;

  private final Versions versions;
  private final VersionDiffs diffs;

  public VersionRoutes(Versions versions) {
    this.versions = versions;
    this.diffs = new VersionDiffs(versions);
  }

  @Override
  public void mount(Router router) {
    router.get(VERSIONS).handler(this::list);
    router.get(VERSIONS + "/:version").handler(this::get);
    router.get(VERSIONS + "/:version/diff").handler(this::diff);
    router.post(VERSIONS + "/:version/restore").handler(this::restore);
    router.get(VERSIONS + "/:version/files/*").handler(this::file);
  }

  private void list(RoutingContext context) {
    String job = job(context);
    String owner = Caller.of(context).userId();
    int page = Query.page(context);
    int limit = Query.limit(context);
    Replies.json(
        context,
        200,
        versions
            .numbers(job, owner)
            .compose(
                numbers -> {
                  List<Future<Map<String, Object>>> shown =
                      numbers.stream()
                          .skip((page - 1L) * limit)
                          .limit(limit)
                          .map(
                              number ->
                                  versions.manifest(owner, job, number).map(VersionRoutes::summary))
                          .toList();
                  return Future.all(shown)
                      .map(
                          v ->
                              Pages.page(
                                  "versions",
                                  shown.stream().map(Future::result).toList(),
                                  numbers.size(),
                                  page,
                                  limit));
                }));
  }

  private static Map<String, Object> summary(Manifest manifest) {
    Map<String, Object> view = new LinkedHashMap<>();
    view.put("version", manifest.version());
    view.put("project_name", manifest.projectName());
    view.put("created_at", manifest.createdAt());
    view.put("label", manifest.label() == null ? "complete" : manifest.label());
    view.put("files_count", manifest.files().size());
    view.put("total_size", manifest.totalSize());
    view.put("restored_from", manifest.restoredFrom());
    return view;
  }

  private void get(RoutingContext context) {
    Replies.json(
        context,
        200,
        manifest(context)
            .map(
                manifest -> {
                  Map<String, Object> view = summary(manifest);
                  view.put("files", manifest.files());
                  return view;
                }));
  }

  private Future<Manifest> manifest(RoutingContext context) {
    return versions.manifest(Caller.of(context).userId(), job(context), version(context));
  }

  private void diff(RoutingContext context) {
    int to = version(context);
    int from = (int) Query.whole(context, "from", 1, 99_999_999, Math.max(1, to - 1));
    Replies.json(
        context,
        200,
        diffs
            .between(job(context), Caller.of(context).userId(), from, to)
            .map(files -> Map.of("from", from, "to", to, "files", files)));
  }

  private void restore(RoutingContext context) {
    int version = version(context);
    String path = context.request().getParam("path");
    if (path != null) {
      restoreFile(context, version, parse(path));
      return;
    }
    Replies.json(
        context,
        200,
        versions
            .restore(job(context), Caller.of(context).userId(), version)
            .map(v -> Map.of("success", true, "status", "complete", "restored_from", version)));
  }

  private static String parse(String path) {
    try {
      return WorkspacePath.parse(path).toString();
    } catch (FileFailure e) {
      throw Query.wrong("path", "must be a path in the job: " + e.getMessage());
    }
  }

  private void restoreFile(RoutingContext context, int version, String path) {
    Replies.json(
        context,
        200,
        versions
            .restoreFile(job(context), Caller.of(context).userId(), version, path)
            .map(
                complete ->
                    Map.of(
                        "success",
                        true,
                        "status",
                        complete ? "complete" : "generating",
                        "restored_from",
                        version)));
  }

  private void file(RoutingContext context) {
    String path = RawPath.tail(context, BEFORE_PATH);
    String owner = Caller.of(context).userId();
    manifest(context)
        .compose(
            manifest -> {
              Manifest.Entry entry = manifest.byPath().get(path);
              return entry == null
                  ? Future.failedFuture(ApiException.notFound("file"))
                  : versions.store().content(owner, entry, ByteRange.ALL);
            })
        .onComplete(body -> send(context, path, body), context::fail);
  }

  private static void send(RoutingContext context, String path, ObjectBody body) {
    if (context.response().closed()) {
      body.close().run();
      return;
    }
    String name = path.substring(path.lastIndexOf('/') + 1);
    FileReply.describe(context.response(), "application/octet-stream", name);
    context.response().putHeader("Content-Length", Long.toString(body.length()));
    body.bytes()
        .pipeTo(context.response())
        .onFailure(
            e -> {
              body.close().run();
              context.response().reset();
            });
  }

  private static String job(RoutingContext context) {
    return WorkspaceId.inPath(context.pathParam("id"));
  }

  private static int version(RoutingContext context) {
    String text = context.pathParam("version");
    if (!text.matches("[1-9][0-9]{0,7}")) {
      throw ApiException.notFound("version");
    }
    return Integer.parseInt(text);
  }
}
