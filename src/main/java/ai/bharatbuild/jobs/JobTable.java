package ai.bharatbuild.jobs;

import ai.bharatbuild.jobs.JobMessages.Ref;
import ai.bharatbuild.problem.ApiException;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** One shard's workspaces by id, and who may see which. Belongs to the verticle's context. */
final class JobTable {
  private final Map<String, Job> jobs = new HashMap<>();
  private final Context context;

  /**
   * @param context the verticle's, on which every method but {@link #here} must be called
   */
  JobTable(Context context) {
    this.context = context;
  }

  /** The workspace of that id whatever becomes of it, or null. */
  Job get(String id) {
    return jobs.get(id);
  }

  void put(Job job) {
    jobs.put(job.id(), job);
  }

  /** Takes the job out, unless another has its place by now. */
  void remove(Job job) {
    jobs.remove(job.id(), job);
  }

  /** Puts the earlier job back, or none where it is null, unless another has the place by now. */
  void undo(Job job, Job earlier) {
    if (earlier == null) {
      remove(job);
    } else {
      jobs.replace(job.id(), job, earlier);
    }
  }

  /** The caller's job; one that is expired is refused by what is done with it. */
  Job of(Ref ref) {
    Job job = jobs.get(ref.id());
    boolean visible =
        job != null
            && !job.closing
            && job.record().userId().equals(ref.userId())
            && (job.record().job() || ref.container());
    if (!visible) {
      throw ApiException.notFound(ref.container() ? "container" : "job");
    }
    return job;
  }

  /** The caller's job, whose files can be read. */
  Job withFiles(Ref ref) {
    Job job = of(ref);
    job.requireFiles();
    return job;
  }

  /** The workspace whoever owns it, or null. */
  Job find(String id) {
    Job job = jobs.get(id);
    return job == null || job.closing ? null : job;
  }

  Collection<Job> all() {
    return jobs.values();
  }

  List<Job> ownedBy(String userId) {
    return jobs.values().stream()
        .filter(job -> job.record().job() && !job.closing)
        .filter(job -> job.record().userId().equals(userId))
        .toList();
  }

  /** Continues on the verticle's context, where the map may be touched. */
  <T> Future<T> here(Future<T> future) {
    Promise<T> promise = Promise.promise();
    future.onComplete(
        result ->
            context.runOnContext(
                v -> {
                  if (result.succeeded()) {
                    promise.complete(result.result());
                  } else {
                    promise.fail(result.cause());
                  }
                }));
    return promise.future();
  }
}
