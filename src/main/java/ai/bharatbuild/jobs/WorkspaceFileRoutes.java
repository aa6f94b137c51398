package ai.bharatbuild.jobs;

import ai.bharatbuild.bus.Address;
import ai.bharatbuild.bus.Bus;
import ai.bharatbuild.config.Settings;
import ai.bharatbuild.files.WorkspacePath;
import ai.bharatbuild.http.BodyReader;
import ai.bharatbuild.http.Caller;
import ai.bharatbuild.http.RawPath;
import ai.bharatbuild.http.Replies;
import ai.bharatbuild.http.Routes;
import ai.bharatbuild.http.WorkspaceId;
import ai.bharatbuild.jobs.JobMessages.Entry;
import ai.bharatbuild.jobs.JobMessages.ListDirectory;
import ai.bharatbuild.jobs.JobMessages.Ref;
import ai.bharatbuild.jobs.JobMessages.Write;
import ai.bharatbuild.jobs.JobMessages.WriteMany;
import io.vertx.core.Future;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The containers' calls on files: the same workspace as the job's, whatever state the job is in.
 * Only a workspace that has a container has them.
 */
public final class WorkspaceFileRoutes implements Routes {
  private static final String FILES = "/api/v1/containers/:id/files";
  private static final long ESCAPES = 6;
  private static final long SMALL_BODY = 64 << 10;

  /** Notes the use of a container and fails with 404 where the caller has none. */
  public interface ContainerGate {
    Future<Void> use(String id, String owner);
  }

  private final Bus bus;
  private final BodyReader bodies;
  private final Settings.Jobs settings;
  private final ContainerGate containers;

  public WorkspaceFileRoutes(
      Bus bus, BodyReader bodies, Settings.Jobs settings, ContainerGate containers) {
    this.bus = bus;
    this.bodies = bodies;
    this.settings = settings;
    this.containers = containers;
  }

  @Override
  public void mount(Router router) {
    router.post(FILES).handler(this::write);
    router.post(FILES + "/batch").handler(this::writeMany);
    router.get(FILES).handler(this::list);
    router.get(FILES + "/*").handler(this::read);
  }

  private void write(RoutingContext context) {
    Ref ref = ref(context);
    bodies
        .json(context, settings.maxFileBytes() * ESCAPES + SMALL_BODY, FileBodies::one)
        .compose(file -> ask(JobMessages.WRITE, ref, new Write(ref, file.path(), file.content())))
        .onComplete(
            written -> Replies.json(context, 200, JobFileRoutes.shown(written)), context::fail);
  }

  private void writeMany(RoutingContext context) {
    Ref ref = ref(context);
    bodies
        .json(context, 2 * settings.maxProjectBytes() + SMALL_BODY, FileBodies::batch)
        .compose(files -> ask(JobMessages.WRITE_MANY, ref, new WriteMany(ref, files)))
        .onComplete(
            written -> {
              Map<String, Object> answer = new LinkedHashMap<>();
              answer.put("success", written.success() == written.total());
              answer.put("files_written", written.success());
              answer.put("results", FileBodies.results(written.results()));
              Replies.json(context, 200, answer);
            },
            context::fail);
  }

  private void list(RoutingContext context) {
    Ref ref = ref(context);
    WorkspacePath path = FileBodies.directory(context.request().getParam("path"));
    Replies.json(
        context,
        200,
        ask(JobMessages.LIST_DIRECTORY, ref, new ListDirectory(ref, path))
            .map(
                found ->
                    Map.of(
                        "files",
                        found.entries().stream().map(WorkspaceFileRoutes::shown).toList())));
  }

  private static Map<String, Object> shown(Entry entry) {
    Map<String, Object> shown = new LinkedHashMap<>();
    shown.put("name", entry.name());
    shown.put("path", entry.path());
    shown.put("type", entry.type());
    shown.put("size", entry.size());
    shown.put("modified", entry.modified());
    return shown;
  }

  private void read(RoutingContext context) {
    Ref ref = ref(context);
    WorkspacePath path = FileBodies.parse(RawPath.tail(context, JobFileRoutes.PATH_SEGMENTS));
    ask(JobMessages.READ, ref, new JobMessages.File(ref, path))
        .compose(file -> context.vertx().executeBlocking(() -> FileBodies.json(file), false))
        .onComplete(json -> Replies.send(context, 200, json), context::fail);
  }

  private <Q, R> Future<R> ask(Address<Q, R> address, Ref ref, Q question) {
    return containers
        .use(ref.id(), ref.userId())
        .compose(v -> bus.ask(address, Bus.shardOf(ref.id(), settings.instances()), question));
  }

  private static Ref ref(RoutingContext context) {
    return new Ref(WorkspaceId.inPath(context.pathParam("id")), Caller.of(context).userId(), true);
  }
}
