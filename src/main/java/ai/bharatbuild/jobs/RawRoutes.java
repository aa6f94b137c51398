package ai.bharatbuild.jobs;

import ai.bharatbuild.bus.Bus;
import ai.bharatbuild.config.Settings;
import ai.bharatbuild.files.WorkspacePath;
import ai.bharatbuild.http.BodyReader;
import ai.bharatbuild.http.Caller;
import ai.bharatbuild.http.FileReply;
import ai.bharatbuild.http.Replies;
import ai.bharatbuild.http.Routes;
import ai.bharatbuild.http.WorkspaceId;
import ai.bharatbuild.jobs.JobMessages.BeginUpload;
import ai.bharatbuild.jobs.JobMessages.Ref;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;

/** Any bytes, streamed into and out of a job's files. */
public final class RawRoutes implements Routes {
  private static final String RAW = "/api/v1/jobs/:id/raw/*";
  private final Bus bus;
  private final Settings.Jobs settings;

  public RawRoutes(Bus bus, Settings.Jobs settings) {
    this.bus = bus;
    this.settings = settings;
  }

  @Override
  public void mount(Router router) {
    router.put(RAW).handler(this::put);
    router.get(RAW).handler(this::get);
    router.head(RAW).handler(this::get);
  }

  private void get(RoutingContext context) {
    Ref ref = ref(context);
    WorkspacePath path = path(context);
    bus.ask(JobMessages.OPEN, shard(ref), new JobMessages.File(ref, path))
        .onComplete(
            file ->
                FileReply.send(
                    context,
                    file.channel(),
                    file.stat().size(),
                    file.stat().version(),
                    "application/octet-stream",
                    path.name()),
            context::fail);
  }

  private void put(RoutingContext context) {
    HttpServerRequest request = context.request();
    Ref ref = ref(context);
    WorkspacePath path = path(context);
    request.pause();
    bus.ask(
            JobMessages.UPLOAD,
            shard(ref),
            new BeginUpload(ref, path, BodyReader.declaredLength(request)))
        .compose(session -> BodySink.receive(context, session))
        .onComplete(
            written -> {
              context.response().putHeader("ETag", '"' + written.version() + '"');
              Replies.json(context, 200, FileCalls.shown(written));
            },
            context::fail);
  }

  private static WorkspacePath path(RoutingContext context) {
    return FileCalls.path(context);
  }

  private static Ref ref(RoutingContext context) {
    return new Ref(WorkspaceId.inPath(context.pathParam("id")), Caller.of(context).userId());
  }

  private String shard(Ref ref) {
    return Bus.shardOf(ref.id(), settings.instances());
  }
}
