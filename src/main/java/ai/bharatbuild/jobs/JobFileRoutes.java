package ai.bharatbuild.jobs;

import ai.bharatbuild.bus.Address;
import ai.bharatbuild.bus.Bus;
import ai.bharatbuild.config.Settings;
import ai.bharatbuild.files.WorkspacePath;
import ai.bharatbuild.http.BodyReader;
import ai.bharatbuild.http.Caller;
import ai.bharatbuild.http.Fields;
import ai.bharatbuild.http.Query;
import ai.bharatbuild.http.RawPath;
import ai.bharatbuild.http.Replies;
import ai.bharatbuild.http.Routes;
import ai.bharatbuild.http.WorkspaceId;
import ai.bharatbuild.jobs.JobMessages.ListFiles;
import ai.bharatbuild.jobs.JobMessages.Move;
import ai.bharatbuild.jobs.JobMessages.Ref;
import ai.bharatbuild.jobs.JobMessages.Remove;
import ai.bharatbuild.jobs.JobMessages.Write;
import ai.bharatbuild.jobs.JobMessages.WriteMany;
import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.Future;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.LinkedHashMap;
import java.util.Map;

/** Calls on a job's files, as JSON. */
public final class JobFileRoutes implements Routes {
  static final int PATH_SEGMENTS = 5;

  /** JSON text can take six times the bytes that it stands for. */
  private static final long ESCAPES = 6;

  private static final long SMALL_BODY = 64 << 10;
  private static final long ENCODE_HERE_BYTES = 256 << 10;
  private static final String FILES = "/api/v1/jobs/:id/files";

  private final Bus bus;
  private final BodyReader bodies;
  private final Settings.Jobs settings;

  public JobFileRoutes(Bus bus, BodyReader bodies, Settings.Jobs settings) {
    this.bus = bus;
    this.bodies = bodies;
    this.settings = settings;
  }

  @Override
  public void mount(Router router) {
    router.post(FILES).handler(this::write);
    router.get(FILES).handler(this::list);
    router.post(FILES + "/batch").handler(this::writeMany);
    router.post(FILES + "/move").handler(this::move);
    router.get(FILES + "/*").handler(this::read);
    router.delete(FILES + "/*").handler(this::remove);
  }

  private void write(RoutingContext context) {
    Ref ref = ref(context);
    bodies
        .json(context, settings.maxFileBytes() * ESCAPES + SMALL_BODY, FileBodies::one)
        .compose(file -> ask(JobMessages.WRITE, ref, new Write(ref, file.path(), file.content())))
        .onComplete(written -> Replies.json(context, 200, shown(written)), context::fail);
  }

  static Map<String, Object> shown(JobMessages.Written written) {
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("success", true);
    answer.put("path", written.path());
    answer.put("size", written.size());
    return answer;
  }

  private void writeMany(RoutingContext context) {
    Ref ref = ref(context);
    bodies
        .json(context, 2 * settings.maxProjectBytes() + SMALL_BODY, FileBodies::batch)
        .compose(files -> ask(JobMessages.WRITE_MANY, ref, new WriteMany(ref, files)))
        .onComplete(
            written -> {
              Map<String, Object> answer = new LinkedHashMap<>();
              answer.put("total", written.total());
              answer.put("success", written.success());
              answer.put("results", FileBodies.results(written.results()));
              Replies.json(context, 200, answer);
            },
            context::fail);
  }

  private void list(RoutingContext context) {
    Ref ref = ref(context);
    ListFiles question =
        new ListFiles(
            ref,
            FileBodies.directory(context.request().getParam("prefix")),
            Query.flag(context, "directories", false),
            Query.flag(context, "all", false));
    Replies.json(context, 200, ask(JobMessages.LIST, ref, question));
  }

  private void read(RoutingContext context) {
    Ref ref = ref(context);
    ask(JobMessages.READ, ref, new JobMessages.File(ref, path(context)))
        .compose(
            file ->
                file.bytes().length <= ENCODE_HERE_BYTES
                    ? Future.succeededFuture(FileBodies.json(file))
                    : context.vertx().executeBlocking(() -> FileBodies.json(file), false))
        .onComplete(json -> Replies.send(context, 200, json), context::fail);
  }

  private void remove(RoutingContext context) {
    Ref ref = ref(context);
    WorkspacePath path = path(context);
    Remove question = new Remove(ref, path, Query.flag(context, "recursive", false));
    Replies.json(
        context,
        200,
        ask(JobMessages.REMOVE, ref, question)
            .map(v -> Map.of("success", true, "path", path.toString())));
  }

  private void move(RoutingContext context) {
    Ref ref = ref(context);
    bodies
        .json(context, SMALL_BODY, body -> readMove(ref, body))
        .compose(move -> ask(JobMessages.MOVE, ref, move).map(move))
        .onComplete(
            move -> {
              Map<String, Object> answer = new LinkedHashMap<>();
              answer.put("success", true);
              answer.put("from", move.from().toString());
              answer.put("to", move.to().toString());
              Replies.json(context, 200, answer);
            },
            context::fail);
  }

  private static Move readMove(Ref ref, JsonNode body) {
    Fields fields = Fields.of(body);
    String from = fields.text("from", 0, Integer.MAX_VALUE);
    String to = fields.text("to", 0, Integer.MAX_VALUE);
    boolean overwrite = fields.flag("overwrite", false);
    fields.check();
    return new Move(ref, FileBodies.parse(from), FileBodies.parse(to), overwrite);
  }

  private static WorkspacePath path(RoutingContext context) {
    return FileBodies.parse(RawPath.tail(context, PATH_SEGMENTS));
  }

  private static Ref ref(RoutingContext context) {
    return new Ref(WorkspaceId.inPath(context.pathParam("id")), Caller.of(context).userId());
  }

  private <Q, R> Future<R> ask(Address<Q, R> address, Ref ref, Q question) {
    return bus.ask(address, Bus.shardOf(ref.id(), settings.instances()), question);
  }
}
