package ai.bharatbuild.agents.documents;

import ai.bharatbuild.agents.documents.export.Archive;
import ai.bharatbuild.http.Caller;
import ai.bharatbuild.http.FileReply;
import ai.bharatbuild.http.Ids;
import ai.bharatbuild.http.Query;
import ai.bharatbuild.http.Replies;
import ai.bharatbuild.http.Routes;
import ai.bharatbuild.problem.ApiException;
import ai.bharatbuild.projects.Document;
import ai.bharatbuild.projects.DocumentRoutes;
import ai.bharatbuild.projects.Documents;
import ai.bharatbuild.projects.Project;
import ai.bharatbuild.projects.Projects;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Calls that take a project's newest documents away. */
public final class DownloadRoutes implements Routes {
  private static final String BASE = "/api/v1/documents";

  /** An archive is put together in memory. */
  private static final long MOST_BYTES = 64L << 20;

  private final Vertx vertx;
  private final Projects projects;
  private final Documents documents;

  public DownloadRoutes(Vertx vertx, Projects projects, Documents documents) {
    this.vertx = vertx;
    this.projects = projects;
    this.documents = documents;
  }

  @Override
  public void mount(Router router) {
    router.get(BASE + "/list/:project_id").handler(this::list);
    router.get(BASE + "/download/:project_id/:type").handler(this::download);
    router.get(BASE + "/download-all/:project_id").handler(this::downloadAll);
  }

  private Future<Project> project(RoutingContext context) {
    return projects.get(Ids.inPath(context, "project_id", "project"), Caller.of(context).account());
  }

  private void list(RoutingContext context) {
    Replies.json(
        context,
        200,
        project(context)
            .compose(project -> documents.newest(project.id()))
            .map(found -> Map.of("documents", found, "total", found.size())));
  }

  private void download(RoutingContext context) {
    String type = context.pathParam("type");
    String named = context.request().getParam("format");
    Format format = named == null ? null : Format.of(named).orElse(null);
    if (named != null && format == null) {
      throw Query.wrong("format", "must be a format of /documents/types");
    }
    project(context)
        .compose(
            project ->
                documents
                    .newest(project.id())
                    .map(all -> chosen(all, type, format))
                    .compose(
                        document ->
                            documents
                                .content(project.id(), document.id())
                                .onSuccess(body -> DocumentRoutes.send(context, document, body))))
        .onFailure(context::fail);
  }

  /** The one made last, where no format is asked for. */
  private static Document chosen(List<Document> all, String type, Format format) {
    return all.stream()
        .filter(it -> it.type().equals(type))
        .filter(it -> format == null || it.mimeType().equals(format.mime()))
        .findFirst()
        .orElseThrow(() -> ApiException.notFound("document"));
  }

  private void downloadAll(RoutingContext context) {
    project(context)
        .compose(project -> documents.newest(project.id()).compose(all -> archive(project, all)))
        .onSuccess(
            bytes -> {
              FileReply.describe(context.response(), "application/octet-stream", "documents.zip");
              context.response().end(bytes);
            })
        .onFailure(context::fail);
  }

  private Future<Buffer> archive(Project project, List<Document> all) {
    long bytes = all.stream().mapToLong(Document::fileSize).sum();
    if (all.isEmpty()) {
      throw ApiException.notFound("document");
    }
    if (bytes > MOST_BYTES) {
      throw ApiException.tooLarge(
          "The documents have %d bytes; an archive of at most %d is made. Download them one by one."
              .formatted(bytes, MOST_BYTES),
          MOST_BYTES,
          bytes);
    }
    Map<String, byte[]> files = new LinkedHashMap<>();
    Future<Void> read = Future.succeededFuture();
    for (Document document : all) {
      read =
          read.compose(v -> documents.content(project.id(), document.id()))
              .compose(body -> body.collect(MOST_BYTES))
              .map(
                  content -> {
                    files.put(name(document, files), content.getBytes());
                    return null;
                  });
    }
    return read.compose(
        v ->
            vertx.executeBlocking(
                () -> Buffer.buffer(Archive.of(files, all.getFirst().createdAt())), false));
  }

  /** Names may be anybody's: none leads out of the directory that an archive is unpacked in. */
  private static String name(Document document, Map<String, byte[]> taken) {
    String safe =
        document.fileName().replaceAll("[^\\p{L}\\p{M}\\p{Nd}._-]+", "-").replaceFirst("^\\.+", "");
    String name = safe.isEmpty() ? document.type() : safe;
    return taken.containsKey(name) ? document.type() + "-" + document.id() + "-" + name : name;
  }
}
