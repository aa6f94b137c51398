package ai.bharatbuild.jobs;

import ai.bharatbuild.bus.Bus;
import ai.bharatbuild.config.Settings;
import ai.bharatbuild.files.WorkspacePath;
import ai.bharatbuild.http.BodyReader;
import ai.bharatbuild.http.Replies;
import ai.bharatbuild.http.Routes;
import ai.bharatbuild.jobs.JobMessages.Entry;
import ai.bharatbuild.jobs.JobMessages.ListDirectory;
import ai.bharatbuild.jobs.JobMessages.Ref;
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

  /** Notes the use of a container and fails with 404 where the caller has none. */
  public interface ContainerGate {
    Future<Void> use(String id, String owner);
  }

  private final FileCalls calls;

  public WorkspaceFileRoutes(
      Bus bus, BodyReader bodies, Settings.Jobs settings, ContainerGate containers) {
    this.calls =
        FileCalls.ofContainers(
            bus, bodies, settings, ref -> containers.use(ref.id(), ref.userId()));
  }

  @Override
  public void mount(Router router) {
    router.post(FILES).handler(calls::write);
    router.post(FILES + "/batch").handler(this::writeMany);
    router.get(FILES).handler(this::list);
    router.get(FILES + "/*").handler(calls::read);
  }

  private void writeMany(RoutingContext context) {
    calls.writeMany(
        context,
        written -> {
          Map<String, Object> summary = new LinkedHashMap<>();
          summary.put("success", written.success() == written.total());
          summary.put("files_written", written.success());
          return summary;
        });
  }

  private void list(RoutingContext context) {
    Ref ref = calls.ref(context);
    WorkspacePath path = FileBodies.directory(context.request().getParam("path"));
    Replies.json(
        context,
        200,
        calls
            .ask(JobMessages.LIST_DIRECTORY, ref, new ListDirectory(ref, path))
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
}
