package ai.bharatbuild;

import ai.bharatbuild.accounts.Belongings;
import ai.bharatbuild.bus.Bus;
import ai.bharatbuild.jobs.JobView;
import ai.bharatbuild.jobs.WorkspaceAccess;
import ai.bharatbuild.problem.ApiException;
import ai.bharatbuild.sandbox.ContainerMessages;
import ai.bharatbuild.sandbox.ContainerView;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Jobs, sandboxes and what is kept of them as what a user owns. */
final class Workbenches implements Belongings {
  private final Bus bus;
  private final int shards;
  private final WorkspaceAccess workspaces;
  private final Remains remains;

  Workbenches(Bus bus, int shards, WorkspaceAccess workspaces, Remains remains) {
    this.remains = remains;
    this.bus = bus;
    this.shards = shards;
    this.workspaces = workspaces;
  }

  @Override
  public Future<List<Map<String, Object>>> list(String userId) {
    return workspaces
        .ownedBy(userId)
        .map(
            jobs -> {
              List<Map<String, Object>> shown = new ArrayList<>();
              for (JobView job : jobs) {
                Map<String, Object> entry = new LinkedHashMap<>();
                entry.put("job_id", job.jobId());
                entry.put("project_name", job.projectName());
                entry.put("status", job.status());
                entry.put("files_count", job.filesCount());
                entry.put("total_size_mb", job.totalSizeMb());
                entry.put("created_at", job.createdAt());
                entry.put("archive_url", "/api/v1/jobs/" + job.jobId() + "/archive");
                shown.add(entry);
              }
              return shown;
            });
  }

  /** One after another: a sandbox or a large job keeps its shard busy for a while. */
  @Override
  public Future<Void> remove(String userId) {
    return containers(userId)
        .compose(
            found ->
                each(
                    found,
                    container ->
                        bus.ask(
                            ContainerMessages.DELETE,
                            Bus.shardOf(container.projectId(), shards),
                            new ContainerMessages.Delete(container.projectId(), userId, true))))
        .compose(v -> workspaces.ownedBy(userId))
        .compose(jobs -> each(jobs, job -> workspaces.deleteJob(job.jobId(), userId)))
        .compose(v -> remains.forget(userId));
  }

  private Future<List<ContainerView>> containers(String userId) {
    List<Future<ContainerMessages.Views>> asked = new ArrayList<>();
    for (int shard = 0; shard < shards; shard++) {
      asked.add(
          bus.ask(
              ContainerMessages.LIST, Integer.toString(shard), new ContainerMessages.Mine(userId)));
    }
    return Future.all(asked)
        .map(v -> asked.stream().flatMap(answer -> answer.result().views().stream()).toList());
  }

  private static <T> Future<Void> each(List<T> things, Function<T, Future<Void>> work) {
    Future<Void> done = Future.succeededFuture();
    for (T thing : things) {
      done = done.compose(v -> work.apply(thing).recover(Workbenches::unlessGone));
    }
    return done;
  }

  private static Future<Void> unlessGone(Throwable cause) {
    boolean gone = cause instanceof ApiException told && told.problem().status() == 404;
    return gone ? Future.succeededFuture() : Future.failedFuture(cause);
  }
}
