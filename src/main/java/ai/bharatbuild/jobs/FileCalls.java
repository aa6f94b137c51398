package ai.bharatbuild.jobs;

import ai.bharatbuild.bus.Address;
import ai.bharatbuild.bus.Bus;
import ai.bharatbuild.config.Settings;
import ai.bharatbuild.files.WorkspacePath;
import ai.bharatbuild.http.BodyReader;
import ai.bharatbuild.http.Caller;
import ai.bharatbuild.http.RawPath;
import ai.bharatbuild.http.Replies;
import ai.bharatbuild.http.WorkspaceId;
import ai.bharatbuild.jobs.JobMessages.Ref;
import ai.bharatbuild.jobs.JobMessages.Write;
import ai.bharatbuild.jobs.JobMessages.WriteMany;
import ai.bharatbuild.jobs.JobMessages.Written;
import ai.bharatbuild.jobs.JobMessages.WrittenMany;
import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * What the calls on a job's files and on a container's do alike: bodies within limits, the question
 * to the workspace's shard, files as JSON. Called on event loops.
 */
final class FileCalls {
  /** JSON text can take six times the bytes that it stands for. */
  private static final long ESCAPES = 6;

  private static final long SMALL_BODY = 64 << 10;
  private static final long ENCODE_HERE_BYTES = 256 << 10;

  /** Segments of a route before the path of the file. */
  private static final int PATH_SEGMENTS = 5;

  /** What must be well before the workspace is asked. */
  interface Gate {
    Future<Void> pass(Ref ref);
  }

  private final Bus bus;
  private final BodyReader bodies;
  private final Settings.Jobs settings;
  private final boolean container;
  private final Gate gate;

  private FileCalls(
      Bus bus, BodyReader bodies, Settings.Jobs settings, boolean container, Gate gate) {
    this.bus = bus;
    this.bodies = bodies;
    this.settings = settings;
    this.container = container;
    this.gate = gate;
  }

  static FileCalls ofJobs(Bus bus, BodyReader bodies, Settings.Jobs settings) {
    return new FileCalls(bus, bodies, settings, false, ref -> Future.succeededFuture());
  }

  /** Calls through a container, whatever state the job is in. */
  static FileCalls ofContainers(Bus bus, BodyReader bodies, Settings.Jobs settings, Gate gate) {
    return new FileCalls(bus, bodies, settings, true, gate);
  }

  Ref ref(RoutingContext context) {
    String id = WorkspaceId.inPath(context.pathParam("id"));
    return new Ref(id, Caller.of(context).userId(), container);
  }

  static WorkspacePath path(RoutingContext context) {
    return FileBodies.parse(RawPath.tail(context, PATH_SEGMENTS));
  }

  <Q, R> Future<R> ask(Address<Q, R> address, Ref ref, Q question) {
    return gate.pass(ref)
        .compose(v -> bus.ask(address, Bus.shardOf(ref.id(), settings.instances()), question));
  }

  /** A body that holds no file's content. */
  <T> Future<T> small(RoutingContext context, Function<JsonNode, T> mapper) {
    return bodies.json(context, SMALL_BODY, mapper);
  }

  void write(RoutingContext context) {
    Ref ref = ref(context);
    bodies
        .json(context, settings.maxFileBytes() * ESCAPES + SMALL_BODY, FileBodies::one)
        .compose(file -> ask(JobMessages.WRITE, ref, new Write(ref, file.path(), file.content())))
        .onComplete(written -> Replies.json(context, 200, shown(written)), context::fail);
  }

  static Map<String, Object> shown(Written written) {
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("success", true);
    answer.put("path", written.path());
    answer.put("size", written.size());
    return answer;
  }

  /** Writes a batch and answers with what {@code summary} says of it, then each file's result. */
  void writeMany(RoutingContext context, Function<WrittenMany, Map<String, Object>> summary) {
    Ref ref = ref(context);
    bodies
        .json(context, 2 * settings.maxProjectBytes() + SMALL_BODY, FileBodies::batch)
        .compose(files -> ask(JobMessages.WRITE_MANY, ref, new WriteMany(ref, files)))
        .onComplete(
            written -> {
              Map<String, Object> answer = new LinkedHashMap<>(summary.apply(written));
              answer.put("results", FileBodies.results(written.results()));
              Replies.json(context, 200, answer);
            },
            context::fail);
  }

  void read(RoutingContext context) {
    Ref ref = ref(context);
    ask(JobMessages.READ, ref, new JobMessages.File(ref, path(context)))
        .compose(
            file ->
                file.bytes().length <= ENCODE_HERE_BYTES
                    ? Future.succeededFuture(FileBodies.json(file))
                    : context.vertx().executeBlocking(() -> FileBodies.json(file), false))
        .onComplete(json -> Replies.send(context, 200, json), context::fail);
  }
}
