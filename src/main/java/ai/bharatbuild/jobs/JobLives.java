package ai.bharatbuild.jobs;

import ai.bharatbuild.files.Workspace;
import ai.bharatbuild.files.WorkspacePath;
import ai.bharatbuild.jobs.JobMessages.Ref;
import ai.bharatbuild.json.Json;
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
 * How the workspaces of one shard begin and change: taken up at start, created, completed,
 * reopened. Called on the verticle's context; records and files change in each job's lane.
 */
final class JobLives {
  private static final Logger LOG = LoggerFactory.getLogger(JobLives.class);

  /** Lives are extended by no less, to spare the disk. */
  private static final Duration EXTENSION = Duration.ofMinutes(10);

  private final JobStorage storage;
  private final JobTable table;
  private final JobEnds ends;
  private final JobEvents events;

  JobLives(JobStorage storage, JobTable table, JobEnds ends) {
    this.storage = storage;
    this.table = table;
    this.ends = ends;
    this.events = new JobEvents(storage.bus);
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
              copyForPeople(job);
              return job;
            });
    return table.here(made).onFailure(e -> table.undo(job, old));
  }

  /** The record in the workspace, for whoever looks there; nothing reads it. */
  private void copyForPeople(Job job) {
    if (!job.record().job()) {
      return;
    }
    try (Workspace workspace = storage.base.workspace(job.id())) {
      workspace.write(WorkspacePath.reserved(), Json.encode(job.view()).getBytes());
    } catch (RuntimeException e) {
      LOG.debug("no copy of the record in the workspace of {}", job.id(), e);
    }
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

  /** Notes where the ZIP is kept, unless it was replaced or is to be, by another completion. */
  Future<Void> uploaded(Job job, String url, String version) {
    int completion = job.completion;
    return storage
        .zips
        .open(job.id())
        .compose(
            zip ->
                job.lane.run(
                    () -> {
                      boolean same = zip != null && zip.stat().version().equals(version);
                      if (zip != null) {
                        zip.close();
                      }
                      if (same && job.complete() && job.completion == completion) {
                        JobRecord next = job.record().withUpload(url);
                        storage.records.save(next);
                        job.record(next);
                        copyForPeople(job);
                      }
                      return null;
                    }));
  }

  Future<Job> change(Job job, JobStatus.Event event, String error) {
    return table
        .here(
            job.lane.run(
                () -> {
                  JobStatus before = job.record().status();
                  JobStatus after = before.after(event);
                  if (after == before) {
                    return false;
                  }
                  if (job.record().kept()) {
                    job.requireFiles();
                  }
                  storage.files.count(job);
                  JobRecord next = job.record().with(after, error).withCounts(job.counts());
                  if (after == JobStatus.GENERATING) {
                    storage.zips.delete(job.id());
                  }
                  storage.records.save(next);
                  job.record(next);
                  job.completion++;
                  copyForPeople(job);
                  return true;
                }))
        .map(
            changed -> {
              if (changed) {
                job.zip = job.complete() ? storage.zips.make(job, storage.files) : null;
                events.changed(job);
              }
              return job;
            });
  }
}
