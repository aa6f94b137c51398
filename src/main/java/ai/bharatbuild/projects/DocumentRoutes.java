package ai.bharatbuild.projects;

import ai.bharatbuild.http.BodyReader;
import ai.bharatbuild.http.FileReply;
import ai.bharatbuild.http.Ids;
import ai.bharatbuild.http.Query;
import ai.bharatbuild.http.Replies;
import ai.bharatbuild.http.Routes;
import ai.bharatbuild.problem.ApiException;
import ai.bharatbuild.storage.ObjectBody;
import io.vertx.core.Future;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Map;
import java.util.UUID;

/** Calls on the documents of a project. */
public final class DocumentRoutes implements Routes {
  private static final long MAX_BYTES = 50L << 20;
  private static final String DOCUMENTS = "/api/v1/projects/:project_id/documents";
  private static final String DOCUMENT = DOCUMENTS + "/:document_id";

  private final Projects projects;
  private final Documents documents;

  public DocumentRoutes(Projects projects, Documents documents) {
    this.projects = projects;
    this.documents = documents;
  }

  @Override
  public void mount(Router router) {
    router.get(DOCUMENTS).handler(this::list);
    router.post(DOCUMENTS).handler(this::add);
    router
        .get(DOCUMENT)
        .handler(
            c ->
                Replies.json(
                    c, 200, project(c).compose(project -> documents.get(project.id(), id(c)))));
    router.get(DOCUMENT + "/content").handler(this::content);
    router.delete(DOCUMENT).handler(this::delete);
  }

  private Future<Project> project(RoutingContext context) {
    return projects.get(ProjectRoutes.id(context), ProjectRoutes.account(context));
  }

  private static UUID id(RoutingContext context) {
    return Ids.inPath(context, "document_id", "document");
  }

  private void list(RoutingContext context) {
    Replies.json(
        context,
        200,
        project(context)
            .compose(project -> documents.list(project.id()))
            .map(found -> Map.of("documents", found, "total", found.size())));
  }

  private void add(RoutingContext context) {
    long length = BodyReader.declaredLength(context.request());
    if (length < 0) {
      throw new ApiException(411, "length_required", "Send the document with its Content-Length.");
    }
    if (length > MAX_BYTES) {
      throw BodyReader.tooLarge(MAX_BYTES, length);
    }
    Documents.New given = read(context);
    context.request().pause();
    project(context)
        .compose(project -> documents.add(project.id(), given, context.request(), length))
        .onComplete(
            document -> {
              context
                  .response()
                  .putHeader("Location", context.request().path() + "/" + document.id());
              Replies.json(context, 201, document);
            },
            context::fail);
  }

  private static Documents.New read(RoutingContext context) {
    String type = text(context, "type", 50);
    if (!type.matches("[a-z][a-z0-9_]*")) {
      throw Query.wrong("type", "must be a word of a-z, 0-9 and _");
    }
    String mime = context.request().getHeader("Content-Type");
    return new Documents.New(
        type,
        text(context, "title", 500),
        text(context, "file_name", 200),
        mime == null || mime.length() > 200 ? "application/octet-stream" : mime,
        false);
  }

  private static String text(RoutingContext context, String name, int most) {
    String text = context.request().getParam(name);
    if (text == null || text.isBlank() || text.length() > most || ProjectFields.hasNul(text)) {
      throw Query.wrong(name, "must have 1 to %d characters".formatted(most));
    }
    return text;
  }

  private void content(RoutingContext context) {
    UUID id = id(context);
    project(context)
        .compose(
            project ->
                Future.all(documents.get(project.id(), id), documents.content(project.id(), id)))
        .onComplete(both -> send(context, both.resultAt(0), both.resultAt(1)), context::fail);
  }

  /** Answers with a document's bytes, for the browser to keep. */
  public static void send(RoutingContext context, Document document, ObjectBody body) {
    if (context.response().closed()) {
      body.close().run();
      return;
    }
    FileReply.describe(context.response(), "application/octet-stream", document.fileName());
    context.response().putHeader("Content-Length", Long.toString(body.length()));
    body.bytes()
        .pipeTo(context.response())
        .onFailure(
            e -> {
              body.close().run();
              context.response().reset();
            });
  }

  private void delete(RoutingContext context) {
    UUID id = id(context);
    project(context)
        .compose(project -> documents.delete(project.id(), id))
        .onComplete(v -> context.response().setStatusCode(204).end(), context::fail);
  }
}
