package ai.bharatbuild.jobs;

import ai.bharatbuild.files.FileWorkers;
import ai.bharatbuild.files.Lane;
import ai.bharatbuild.problem.ApiException;
import io.vertx.core.Future;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One workspace in memory. The record and everything about files change only in tasks of the lane;
 * other threads may look. The two fields at the end belong to the verticle's context.
 */
final class Job {
  final Lane lane;
  private volatile JobRecord record;

  /** Null until the files have been counted. */
  volatile ProjectUsage usage;

  /** Files in dependency directories that the API wrote; null until read. */
  volatile Set<String> written;

  /** The ZIP of the present completion, being made or made; null where none was begun. */
  volatile Future<Path> zip;

  /** How often it was completed; a ZIP belongs to one completion. Changed in the lane. */
  volatile int completion;

  /** Odd while the files move to another place, and another number afterwards. */
  private final AtomicInteger places = new AtomicInteger();

  /** What callers changed; touched in the lane only. */
  final UserEdits edits = new UserEdits();

  final FileHashes hashes = new FileHashes();

  /** Archives on their way in, which take room on the disk before the quota knows of them. */
  final AtomicInteger unpacking = new AtomicInteger();

  /** Everything on disk, as last measured. */
  volatile long diskBytes;

  /** Set while the workspace is being deleted: nobody finds it any more. The lane looks at it. */
  volatile boolean closing;

  /** Set while files are being taken away; the id cannot be used until it is done. */
  Future<Void> cleaning;

  Job(JobRecord record, Lane lane) {
    this.record = record;
    this.lane = lane;
  }

  /** The files are about to move; called in the lane, as is {@link #moved}. */
  void moving() {
    places.incrementAndGet();
  }

  /** The files are where they are to stay, whether or not {@link #moving} was called. */
  void moved() {
    places.updateAndGet(count -> count + count % 2);
  }

  /** A number that changes with every move, and is odd during one. */
  int places() {
    return places.get();
  }

  /**
   * Reads files without waiting in the lane: what is there is whole at any time, except while the
   * files move to another place. A read that met that is done again in the lane, where nothing
   * moves.
   *
   * @param several whether the read looks at more than one file, so that it may have missed some
   *     without failing
   */
  <T> Future<T> read(FileWorkers workers, boolean several, Callable<T> work) {
    int before = places.get();
    if (before % 2 != 0) {
      return lane.run(work);
    }
    return workers
        .run(work)
        .transform(
            done ->
                places.get() == before || done.succeeded() && !several
                    ? done.succeeded()
                        ? Future.succeededFuture(done.result())
                        : Future.failedFuture(done.cause())
                    : lane.run(work));
  }

  JobRecord record() {
    return record;
  }

  void record(JobRecord next) {
    record = next;
  }

  String id() {
    return record.id();
  }

  boolean complete() {
    return record.status() == JobStatus.COMPLETE;
  }

  void requireGenerating() {
    record.status().requireGenerating();
  }

  void requireFiles() {
    if (record.expired()) {
      throw JobStatus.expired();
    }
    if (record.kept()) {
      throw new ApiException(404, "not_found", "The files of this job were deleted.");
    }
  }

  /** Files and bytes: counted where they can still change, else as they were recorded. */
  ProjectUsage.Counts counts() {
    ProjectUsage known = usage;
    return known == null ? record.counts() : known.counts();
  }

  JobView view() {
    Future<Path> made = zip;
    return JobView.of(record, counts(), complete() && made != null && made.succeeded());
  }
}
