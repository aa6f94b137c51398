package ai.bharatbuild.jobs;

import ai.bharatbuild.jobs.JobMessages.Ref;
import ai.bharatbuild.problem.ApiException;
import io.vertx.core.Future;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How the workspaces of one shard begin and change: taken up at start, made, extended. Called on
 * the verticle's context; records and files change in each job's lane.
 */
final class JobLives {
  private static final Logger LOG = LoggerFactory.getLogger(JobLives.class);

  /** Lives are extended by no less, to spare the disk. */
  private static final Duration EXTENSION = Duration.ofMinutes(10);

  private final JobStorage storage;
  private final JobTable table;
  private final JobEnds ends;

  JobLives(JobStorage storage, JobTable table, JobEnds ends) {
    this.storage = storage;
    this.table = table;
    this.ends = ends;
  }

  /** Takes up what an earlier server left. Completes on the context. */
  Future<Void> load(Predicate<String> mine) {
    return table
        .here(
            storage.workers.run(
                () ->
                    storage.records.loadAll().stream()
                        .filter(record -> mine.test(record.id()))
                        .toList()))
        .compose(this::takeUp);
  }

  private Future<Void> takeUp(List<JobRecord> records) {
    Map<Job, Future<Boolean>> checks = new HashMap<>();
    for (JobRecord record : records) {
      Job job = new Job(record, storage.workers.lane());
      table.put(job);
      checks.put(job, storage.workers.run(() -> usable(job.record())));
    }
    return table
        .here(Future.join(List.copyOf(checks.values())).otherwiseEmpty())
        .map(
            v -> {
              checks.forEach((job, usable) -> resume(job, Boolean.TRUE.equals(usable.result())));
              return null;
            });
  }

  /** Whether the files or the ZIP that a record speaks of are there. */
  private boolean usable(JobRecord record) {
    return record.expired()
        || (record.kept() ? storage.zips.exists(record.id()) : storage.base.exists(record.id()));
  }

  private void resume(Job job, boolean usable) {
    if (!usable) {
      LOG.warn("the files of job {} are gone; its record goes too", job.id());
      ends.lost(job);
    } else if (job.complete()) {
      Path path = storage.zips.pathOf(job.id());
      job.zip =
          storage
              .workers
              .run(() -> storage.zips.exists(job.id()))
              .compose(
                  there ->
                      there ? Future.succeededFuture(path) : storage.zips.make(job, storage.files));
    }
  }

  WorkspaceInfo info(Job job) {
    if (job == null) {
      return null;
    }
    JobRecord record = job.record();
    return new WorkspaceInfo(
        record.id(),
        record.userId(),
        record.incarnation(),
        record.job(),
        record.expired(),
        record.expiresAt());
  }

  Future<Job> create(Ref ref, String projectName) {
    Job old = table.get(ref.id());
    if (old != null && old.cleaning != null) {
      return table
          .here(old.cleaning.transform(v -> Future.succeededFuture()))
          .compose(v -> create(ref, projectName));
    }
    if (old != null && !old.record().expired()) {
      return Future.failedFuture(
          ApiException.conflict("id_taken", "The id " + ref.id() + " is taken; choose another."));
    }
    return make(fresh(ref, projectName, true), old);
  }

  private JobRecord fresh(Ref ref, String projectName, boolean isJob) {
    return JobRecord.fresh(ref.id(), ref.userId(), projectName, isJob, storage.settings.expiry());
  }

  private Future<Job> make(JobRecord record, Job old) {
    Job job = new Job(record, old == null ? storage.workers.lane() : old.lane);
    table.put(job);
    Future<Job> made =
        job.lane.run(
            () -> {
              // Whatever bears this name has no record any more.
              storage.base.discard(record.id());
              storage.zips.delete(record.id());
              storage.records.forgetWritten(record.id());
              storage.base.create(record.id());
              storage.records.save(record);
              storage.files.count(job);
              storage.copyForPeople(job);
              return job;
            });
    return table.here(made).onFailure(e -> table.undo(job, old));
  }

  Future<Job> ensure(Ref ref) {
    Job job = table.get(ref.id());
    if (job == null) {
      return make(fresh(ref, ref.id(), false), null);
    }
    if (job.closing || !job.record().userId().equals(ref.userId())) {
      return Future.failedFuture(ApiException.notFound("workspace"));
    }
    job.requireFiles();
    return job.record().job() ? Future.succeededFuture(job) : extended(job);
  }

  /** The workspace of a container lives on while it is used. */
  private Future<Job> extended(Job job) {
    return job.lane.run(
        () -> {
          Instant until = Instant.now().plus(storage.settings.expiry());
          if (Duration.between(job.record().expiresAt(), until).compareTo(EXTENSION) >= 0) {
            JobRecord next = job.record().living(until);
            storage.records.save(next);
            job.record(next);
          }
          return job;
        });
  }
}
