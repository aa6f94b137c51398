package ai.bharatbuild.jobs;

import ai.bharatbuild.bus.Bus;
import ai.bharatbuild.config.Settings;
import ai.bharatbuild.files.WorkspacePath;
import ai.bharatbuild.http.BodyWriter;
import ai.bharatbuild.http.Caller;
import ai.bharatbuild.http.FileReply;
import ai.bharatbuild.http.Query;
import ai.bharatbuild.http.Replies;
import ai.bharatbuild.http.Routes;
import ai.bharatbuild.http.WorkspaceId;
import ai.bharatbuild.jobs.JobMessages.Ref;
import ai.bharatbuild.problem.ApiException;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Whole trees of a job's files as tar archives, streamed. */
public final class ArchiveRoutes implements Routes {
  private static final String ARCHIVE = "/api/v1/jobs/:id/archive";
  private static final Set<String> TYPES =
      Set.of(
          "application/x-tar",
          "application/x-gtar",
          "application/gzip",
          "application/x-gzip",
          "application/x-compressed-tar",
          "application/octet-stream");

  private final Bus bus;
  private final Settings.Jobs settings;

  public ArchiveRoutes(Bus bus, Settings.Jobs settings) {
    this.bus = bus;
    this.settings = settings;
  }

  @Override
  public void mount(Router router) {
    router.put(ARCHIVE).handler(this::put);
    router.get(ARCHIVE).handler(this::get);
  }

  private void put(RoutingContext context) {
    Ref ref = ref(context);
    WorkspacePath below = below(context);
    requireTar(context.request().getHeader("Content-Type"));
    context.request().pause();
    bus.ask(JobMessages.UNPACK, shard(ref), new JobMessages.Unpack(ref, below))
        .compose(upload -> BodySink.receive(context, upload))
        .onComplete(
            unpacked -> {
              Map<String, Object> answer = new LinkedHashMap<>();
              answer.put("success", true);
              answer.put("files", unpacked.files());
              answer.put("directories", unpacked.directories());
              answer.put("bytes", unpacked.bytes());
              Replies.json(context, 200, answer);
            },
            context::fail);
  }

  private static void requireTar(String type) {
    String bare = type == null ? null : type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    if (bare != null && !TYPES.contains(bare)) {
      throw new ApiException(
          415, "unsupported_media_type", "Send application/x-tar, compressed with gzip or not.");
    }
  }

  private void get(RoutingContext context) {
    Ref ref = ref(context);
    WorkspacePath below = below(context);
    boolean gzip = Query.flag(context, "gzip", false);
    boolean all = Query.flag(context, "all", false);
    bus.ask(JobMessages.PACK, shard(ref), new JobMessages.Pack(ref, below, all, gzip))
        .onComplete(
            archive -> {
              String name = below.isRoot() ? ref.id() : below.name();
              FileReply.describe(
                  context.response(),
                  gzip ? "application/gzip" : "application/x-tar",
                  name + (gzip ? ".tar.gz" : ".tar"));
              BodyWriter.send(context, archive);
            },
            context::fail);
  }

  private static WorkspacePath below(RoutingContext context) {
    return FileBodies.directory(context.request().getParam("path"));
  }

  private static Ref ref(RoutingContext context) {
    return new Ref(WorkspaceId.inPath(context.pathParam("id")), Caller.of(context).userId());
  }

  private String shard(Ref ref) {
    return Bus.shardOf(ref.id(), settings.instances());
  }
}
