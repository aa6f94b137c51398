package ai.bharatbuild.jobs;

import ai.bharatbuild.bus.Bus;
import ai.bharatbuild.config.Settings;
import ai.bharatbuild.files.WorkspacePath;
import ai.bharatbuild.http.BodyReader;
import ai.bharatbuild.http.Fields;
import ai.bharatbuild.http.Query;
import ai.bharatbuild.http.Replies;
import ai.bharatbuild.http.Routes;
import ai.bharatbuild.jobs.JobMessages.ListFiles;
import ai.bharatbuild.jobs.JobMessages.Move;
import ai.bharatbuild.jobs.JobMessages.Ref;
import ai.bharatbuild.jobs.JobMessages.Remove;
import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.LinkedHashMap;
import java.util.Map;

/** Calls on a job's files, as JSON. */
public final class JobFileRoutes implements Routes {
  private static final String FILES = "/api/v1/jobs/:id/files";

  private final FileCalls calls;

  public JobFileRoutes(Bus bus, BodyReader bodies, Settings.Jobs settings) {
    this.calls = FileCalls.ofJobs(bus, bodies, settings);
  }

  @Override
  public void mount(Router router) {
    router.post(FILES).handler(calls::write);
    router.get(FILES).handler(this::list);
    router.post(FILES + "/batch").handler(this::writeMany);
    router.post(FILES + "/move").handler(this::move);
    router.get(FILES + "/*").handler(calls::read);
    router.delete(FILES + "/*").handler(this::remove);
  }

  private void writeMany(RoutingContext context) {
    calls.writeMany(
        context,
        written -> {
          Map<String, Object> summary = new LinkedHashMap<>();
          summary.put("total", written.total());
          summary.put("success", written.success());
          return summary;
        });
  }

  private void list(RoutingContext context) {
    Ref ref = calls.ref(context);
    ListFiles question =
        new ListFiles(
            ref,
            FileBodies.directory(context.request().getParam("prefix")),
            Query.flag(context, "directories", false),
            Query.flag(context, "all", false));
    Replies.json(context, 200, calls.ask(JobMessages.LIST, ref, question));
  }

  private void remove(RoutingContext context) {
    Ref ref = calls.ref(context);
    WorkspacePath path = FileCalls.path(context);
    Remove question = new Remove(ref, path, Query.flag(context, "recursive", false));
    Replies.json(
        context,
        200,
        calls
            .ask(JobMessages.REMOVE, ref, question)
            .map(v -> Map.of("success", true, "path", path.toString())));
  }

  private void move(RoutingContext context) {
    Ref ref = calls.ref(context);
    calls
        .small(context, body -> readMove(ref, body))
        .compose(move -> calls.ask(JobMessages.MOVE, ref, move).map(move))
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
}
