package ai.bharatbuild.jobs;

import ai.bharatbuild.files.OpenFile;
import ai.bharatbuild.problem.ApiException;
import io.vertx.core.Future;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The ZIPs of one shard's completed jobs, for those who wait for them. Belongs to the context. */
final class JobZips {
  private static final Logger LOG = LoggerFactory.getLogger(JobZips.class);

  private final JobStorage storage;
  private final JobTable table;

  JobZips(JobStorage storage, JobTable table) {
    this.storage = storage;
    this.table = table;
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
