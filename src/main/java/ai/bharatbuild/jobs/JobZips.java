package ai.bharatbuild.jobs;

import ai.bharatbuild.files.OpenFile;
import ai.bharatbuild.problem.ApiException;
import io.vertx.core.Future;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The ZIPs of one shard's completed jobs, for those who wait for them. Belongs to the context. */
final class JobZips {
  private static final Logger LOG = LoggerFactory.getLogger(JobZips.class);

  /** How long a change of a complete job waits for its ZIP. */
  private static final int PATIENCE_SECONDS = 30;

  private final JobStorage storage;
  private final JobTable table;

  JobZips(JobStorage storage, JobTable table) {
    this.storage = storage;
    this.table = table;
  }

  /**
   * Completes, on the context, when what the job was completed with is in its ZIP and held, so that
   * its files may change; at once where it is not complete. Fails with 503 when that takes longer
   * than {@link #PATIENCE_SECONDS}, and as the making of the ZIP does.
   *
   * @return whether there can be no ZIP, as the files are too large for one: that stands in
   *     nobody's way
   */
  Future<Boolean> settled(Job job) {
    Future<Path> zip = job.zip;
    if (!job.complete() || job.record().kept() || zip != null && zip.succeeded()) {
      return Future.succeededFuture(false);
    }
    return table.here(
        of(job)
            .map(
                file -> {
                  file.close();
                  return false;
                })
            .timeout(PATIENCE_SECONDS, TimeUnit.SECONDS)
            .recover(JobZips::unlessHopeless));
  }

  private static Future<Boolean> unlessHopeless(Throwable cause) {
    if (cause instanceof TimeoutException) {
      return Future.failedFuture(
          ApiException.busy("What the job was completed with is still being packed.", 5));
    }
    boolean hopeless = cause instanceof ApiException told && told.problem().status() < 500;
    return hopeless ? Future.succeededFuture(true) : Future.failedFuture(cause);
  }

  void requireComplete(Job job) {
    if (job.record().expired()) {
      throw JobStatus.expired();
    }
    if (!job.complete()) {
      throw ApiException.conflict(
          "job_not_complete",
          "The job is " + job.record().status().text() + "; complete it first.");
    }
  }

  /** The job's ZIP, waited for, or made again if that failed. */
  Future<OpenFile> of(Job job) {
    if (job.zip == null || job.zip.failed() && !job.record().kept()) {
      job.zip = storage.zips.make(job, storage.files);
    }
    Future<Path> awaited = job.zip;
    return table
        .here(
            awaited
                .compose(path -> storage.zips.open(job.id()))
                .compose(
                    file ->
                        file == null
                            ? Future.failedFuture(new IllegalStateException("the ZIP is gone"))
                            : Future.succeededFuture(file)))
        .recover(
            e -> {
              if (e instanceof ApiException) {
                return Future.failedFuture(e);
              }
              requireComplete(job);
              if (job.zip == awaited) {
                job.zip = null;
              }
              LOG.error("no ZIP of job {}", job.id(), e);
              return Future.failedFuture(
                  ApiException.busy("The ZIP could not be made; try again.", 5));
            });
  }
}
