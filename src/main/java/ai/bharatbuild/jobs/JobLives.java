package ai.bharatbuild.jobs;

import ai.bharatbuild.files.OpenFile;
import ai.bharatbuild.files.Workspace;
import ai.bharatbuild.files.WorkspacePath;
import ai.bharatbuild.jobs.JobMessages.Ref;
import ai.bharatbuild.json.Json;
import ai.bharatbuild.problem.ApiException;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The lives of one shard's workspaces: created, completed, reopened, kept, expired, deleted. The
 * map of jobs belongs to the verticle's context; records and files change in each job's lane.
 */
final class JobLives {
  private static final Logger LOG = LoggerFactory.getLogger(JobLives.class);
  private static final SecureRandom RANDOM = new SecureRandom();

  /** Lives are extended by no less, to spare the disk. */
  private static final Duration EXTENSION = Duration.ofMinutes(10);

  private final JobStorage storage;
  private final Predicate<String> mine;
  private final Map<String, Job> jobs = new HashMap<>();
  private Context context;

  JobLives(JobStorage storage, Predicate<String> mine) {
    this.storage = storage;
    this.mine = mine;
  }

  /** Takes up what an earlier server left. Completes on the context. */
  Future<Void> load(Context own) {
    context = own;
    return here(storage.workers.run(
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
      jobs.put(record.id(), job);
      checks.put(job, storage.workers.run(() -> usable(job.record())));
    }
    return here(Future.join(List.copyOf(checks.values())).otherwiseEmpty())
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
      jobs.remove(job.id());
      job.lane.run(() -> forget(job)).onFailure(e -> LOG.warn("record not removed", e));
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

  WorkspaceInfo info(Job job) {
    if (job == null) {
      return null;
    }
    JobRecord record = job.record();
    return new WorkspaceInfo(
        record.id(),
        record.userId(),
        record.incarnation(),
        storage.base.pathOf(record.id()),
        record.job(),
        record.expired(),
        record.expiresAt());
  }

  Future<Job> create(Ref ref, String projectName) {
    Job old = jobs.get(ref.id());
    if (old != null && old.cleaning != null) {
      return here(old.cleaning.transform(v -> Future.succeededFuture()))
          .compose(v -> create(ref, projectName));
    }
    if (old != null && !old.record().expired()) {
      return Future.failedFuture(
          ApiException.conflict("id_taken", "The id " + ref.id() + " is taken; choose another."));
    }
    return make(newRecord(ref, projectName, true), old);
  }

  private JobRecord newRecord(Ref ref, String projectName, boolean isJob) {
    Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
    return new JobRecord(
        ref.id(),
        randomId(),
        isJob,
        ref.userId(),
        projectName,
        JobStatus.GENERATING,
        now,
        now.plus(storage.settings.expiry()),
        null,
        false,
        0,
        0,
        null);
  }

  private Future<Job> make(JobRecord record, Job old) {
    Job job = new Job(record, old == null ? storage.workers.lane() : old.lane);
    jobs.put(record.id(), job);
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
    return here(made)
        .onFailure(
            e -> {
              if (old == null) {
                jobs.remove(record.id(), job);
              } else {
                jobs.replace(record.id(), job, old);
              }
            });
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
    Job job = jobs.get(ref.id());
    if (job == null) {
      return make(newRecord(ref, ref.id(), false), null);
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

  Future<Job> change(Job job, JobStatus.Event event, String error) {
    return here(job.lane.run(
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
              ProjectUsage.Counts counts = job.counts();
              JobRecord next =
                  job.record().with(after, error).withCounts(counts.files(), counts.bytes());
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
              }
              return job;
            });
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
  Future<OpenFile> zip(Job job) {
    if (job.zip == null || job.zip.failed() && !job.record().kept()) {
      job.zip = storage.zips.make(job, storage.files);
    }
    Future<Path> awaited = job.zip;
    return here(awaited
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

  /** Deletes a job; a complete one's ZIP stays if that is wanted. */
  Future<Void> delete(Job job, boolean keepZip) {
    boolean keep = keepZip && job.complete() && !job.record().kept();
    if (job.record().kept() && keepZip) {
      return Future.succeededFuture();
    }
    if (!keep) {
      return remove(job);
    }
    return zip(job)
        .map(
            file -> {
              file.close();
              return null;
            })
        .compose(v -> storage.sandboxes.remove(job.id()))
        .compose(
            v ->
                here(
                    job.lane.run(
                        () -> {
                          JobRecord kept = job.record().asKept();
                          storage.records.save(kept);
                          job.record(kept);
                          storage.base.discard(job.id());
                          return null;
                        })))
        .onSuccess(v -> emptyTrash())
        .mapEmpty();
  }

  /** Deletes whatever the caller's id names, a job or the workspace of a container. */
  Future<Void> clear(Ref ref) {
    Job job = jobs.get(ref.id());
    boolean own = job != null && !job.closing && job.record().userId().equals(ref.userId());
    return own ? remove(job) : Future.succeededFuture();
  }

  private Future<Void> remove(Job job) {
    job.closing = true;
    Future<Void> removed =
        here(storage.sandboxes.remove(job.id()).compose(v -> job.lane.run(() -> forget(job))))
            .onSuccess(v -> jobs.remove(job.id(), job))
            .onFailure(e -> job.closing = false)
            .onComplete(v -> job.cleaning = null)
            .onSuccess(v -> emptyTrash());
    job.cleaning = removed;
    return removed;
  }

  private Void forget(Job job) {
    // A ZIP still being made must not turn up under an id that is somebody else's by then.
    job.completion++;
    storage.base.discard(job.id());
    storage.zips.delete(job.id());
    storage.records.delete(job.id());
    return null;
  }

  /** Ends what is too old and removes what belongs to nobody; says how many jobs it ended. */
  Future<Integer> sweep() {
    return new JobSweep(storage, this, mine).run();
  }

  /** Takes away files and ZIP of a job whose time is over; its record tells of it for a while. */
  Future<Void> expire(Job job) {
    Instant until = Instant.now().plus(storage.settings.expiredRecordLife());
    if (!job.record().job() || storage.settings.expiredRecordLife().isZero()) {
      return remove(job);
    }
    Future<Void> expired =
        here(storage
                .sandboxes
                .remove(job.id())
                .compose(
                    v ->
                        job.lane.<Void>run(
                            () -> {
                              JobRecord next = job.record().asExpired(until);
                              storage.records.save(next);
                              job.record(next);
                              storage.base.discard(job.id());
                              storage.zips.delete(job.id());
                              storage.records.forgetWritten(job.id());
                              return null;
                            })))
            .onComplete(
                v -> {
                  job.zip = null;
                  job.cleaning = null;
                })
            .onSuccess(v -> emptyTrash());
    job.cleaning = expired;
    return expired;
  }

  /**
   * Removes what is on disk under an id that has no record; the id cannot be used while that lasts.
   */
  Future<Void> removeOrphan(String id) {
    if (jobs.containsKey(id)) {
      return Future.succeededFuture();
    }
    LOG.info("removing what is left of {}, which belongs to no job", id);
    JobRecord nobodys = newRecord(new Ref(id, ""), "", false).asExpired(Instant.now());
    Job orphan = new Job(nobodys, storage.workers.lane());
    jobs.put(id, orphan);
    return remove(orphan);
  }

  /** Removes a record whose job expired long ago. */
  Future<Void> drop(Job job) {
    return remove(job);
  }

  void emptyTrash() {
    storage
        .workers
        .run(
            () -> {
              storage.base.emptyTrash();
              return null;
            })
        .onFailure(e -> LOG.warn("not everything could be removed; the next sweep tries again", e));
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

  private static String randomId() {
    byte[] bytes = new byte[12];
    RANDOM.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }
}
