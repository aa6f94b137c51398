package ai.bharatbuild.jobs;

import ai.bharatbuild.jobs.JobMessages.Ref;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How the workspaces of one shard end: deleted, kept as a ZIP, expired, lost. Called on the
 * verticle's context; records and files change in each job's lane.
 */
final class JobEnds {
  private static final Logger LOG = LoggerFactory.getLogger(JobEnds.class);

  private final JobStorage storage;
  private final JobTable table;
  private final JobZips zips;

  JobEnds(JobStorage storage, JobTable table, JobZips zips) {
    this.storage = storage;
    this.table = table;
    this.zips = zips;
  }

  /** Deletes a job; a complete one's ZIP stays if that is wanted. */
  Future<Void> delete(Job job, boolean keepZip) {
    boolean keep = keepZip && job.complete() && !job.record().kept();
    if (job.record().kept() && keepZip) {
      return Future.succeededFuture();
    }
    if (!keep) {
      return removeWithHistory(job);
    }
    return zips.of(job)
        .map(
            file -> {
              file.close();
              return null;
            })
        .compose(v -> storage.sandboxes.remove(job.id()))
        .compose(
            v ->
                table.here(
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
    Job job = table.get(ref.id());
    boolean own = job != null && !job.closing && job.record().userId().equals(ref.userId());
    return own ? removeWithHistory(job) : Future.succeededFuture();
  }

  /** What its owner deletes is deleted, with what is kept of it for when it has expired. */
  private Future<Void> removeWithHistory(Job job) {
    JobRecord record = job.record();
    String life = record.incarnation();
    return remove(
            job,
            // Behind a ZIP that is just being held in the lane; no other comes.
            () ->
                job.lane
                    .run(() -> null)
                    .compose(v -> storage.history.doom(job.id(), record.userId(), life)))
        .onSuccess(v -> storage.history.gone(job.id(), record.userId(), life))
        .onFailure(e -> storage.history.spared(job.id(), record.userId(), life));
  }

  private Future<Void> remove(Job job) {
    return remove(job, Future::succeededFuture);
  }

  private Future<Void> remove(Job job, Supplier<Future<Void>> before) {
    job.closing = true;
    Future<Void> removed =
        table
            .here(
                storage
                    .sandboxes
                    .remove(job.id())
                    .compose(v -> before.get())
                    .compose(v -> job.lane.run(() -> forget(job))))
            .onSuccess(v -> table.remove(job))
            .onFailure(e -> job.closing = false)
            .onComplete(v -> job.cleaning = null)
            .onSuccess(v -> emptyTrash());
    job.cleaning = removed;
    return removed;
  }

  /** Removes what is left of a job whose files are gone: nobody can find it any more. */
  void lost(Job job) {
    table.remove(job);
    job.lane.run(() -> forget(job)).onFailure(e -> LOG.warn("record not removed", e));
  }

  private Void forget(Job job) {
    // A ZIP still being made must not turn up under an id that is somebody else's by then.
    job.completion++;
    storage.base.discard(job.id());
    storage.zips.delete(job.id());
    storage.records.delete(job.id());
    return null;
  }

  /** Takes away files and ZIP of a job whose time is over; its record tells of it for a while. */
  Future<Void> expire(Job job) {
    Future<Void> expired =
        packed(job)
            .compose(v -> job.record().job() ? takeFiles(job) : remove(job))
            .onComplete(v -> job.cleaning = null);
    job.cleaning = expired;
    return expired.compose(
        v ->
            job.record().expired() && storage.settings.expiredRecordLife().isZero()
                ? drop(job)
                : Future.succeededFuture());
  }

  private Future<Void> takeFiles(Job job) {
    Instant until = Instant.now().plus(storage.settings.expiredRecordLife());
    return table
        .here(
            storage
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
                              job.hashes.clear();
                              job.edits.clear();
                              return null;
                            })))
        .onSuccess(
            v -> {
              job.zip = null;
              emptyTrash();
            });
  }

  /**
   * What the job was completed with is held before its files go. Fails where that takes long or the
   * server stops, so that a later sweep ends the job. Where it cannot be, the disk's room is wanted
   * more, and the log tells of the loss.
   */
  private Future<Void> packed(Job job) {
    return zips.settled(job)
        .<Void>mapEmpty()
        .recover(
            e -> {
              boolean goesOn = job.zip != null && !job.zip.isComplete();
              if (goesOn || storage.zips.closed()) {
                return Future.failedFuture(e);
              }
              LOG.error("job {} expires, and what it was completed with is lost", job.id(), e);
              return Future.succeededFuture();
            });
  }

  /**
   * Removes what is on disk under an id that has no record; the id cannot be used while that lasts.
   */
  Future<Void> removeOrphan(String id) {
    if (table.get(id) != null) {
      return Future.succeededFuture();
    }
    LOG.info("removing what is left of {}, which belongs to no job", id);
    JobRecord nobodys = JobRecord.fresh(id, "", "", false, Duration.ZERO).asExpired(Instant.now());
    Job orphan = new Job(nobodys, storage.workers.lane());
    table.put(orphan);
    return remove(orphan);
  }

  /** Removes a record whose job expired long ago. */
  Future<Void> drop(Job job) {
    return remove(job, () -> storage.history.over(job.id()));
  }

  void emptyTrash() {
    storage.emptyTrash();
  }
}
