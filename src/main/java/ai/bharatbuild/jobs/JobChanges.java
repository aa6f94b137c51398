package ai.bharatbuild.jobs;

import ai.bharatbuild.problem.ApiException;
import io.vertx.core.Future;

/**
 * How the jobs of one shard change: completed, failed, reopened. Called on the verticle's context;
 * records change in each job's lane.
 */
final class JobChanges {
  /** Completions of a job that wait to be kept; more are not begun. */
  private static final int MOST_HELD = 8;

  private static final int RETRY_SECONDS = 60;
  private static final int REOPEN_TRIES = 5;
  private static final int NONE = -1;

  private final JobStorage storage;
  private final JobTable table;
  private final JobZips zips;
  private final JobEvents events;

  JobChanges(JobStorage storage, JobTable table, JobZips zips) {
    this.storage = storage;
    this.table = table;
    this.zips = zips;
    this.events = new JobEvents(storage.bus);
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
                      boolean same = zip != null && zip.stat().fileVersion().equals(version);
                      if (zip != null) {
                        zip.close();
                      }
                      if (same && job.complete() && job.completion == completion) {
                        JobRecord next = job.record().withUpload(url);
                        storage.records.save(next);
                        job.record(next);
                        storage.copyForPeople(job);
                      }
                      return null;
                    }));
  }

  /**
   * Lets something happen to a job. A complete one is reopened when what it was completed with is
   * held; fails with 503 where that cannot be for now.
   */
  Future<Job> change(Job job, JobStatus.Event event, String error) {
    return change(job, event, error, REOPEN_TRIES);
  }

  private Future<Job> change(Job job, JobStatus.Event event, String error, int tries) {
    int completion = job.completion;
    boolean reopens = event == JobStatus.Event.REOPEN;
    return (reopens ? zips.settled(job) : Future.succeededFuture(false))
        // What could not be packed is another completion's by now.
        .recover(e -> completion == job.completion ? Future.failedFuture(e) : settledNot())
        .compose(hopeless -> apply(job, event, error, hopeless ? completion : NONE))
        .compose(
            next -> {
              if (reopens && next == JobStatus.COMPLETE) {
                return again(job, error, tries - 1);
              }
              if (next != null) {
                job.zip = next == JobStatus.COMPLETE ? storage.zips.make(job, storage.files) : null;
                events.changed(job, next);
              }
              return Future.succeededFuture(job);
            });
  }

  private static Future<Boolean> settledNot() {
    return Future.succeededFuture(false);
  }

  /** The ZIP was another completion's, or somebody took it away. */
  private Future<Job> again(Job job, String error, int tries) {
    if (tries == 0) {
      return Future.failedFuture(
          ApiException.busy("The job is being completed again and again; try again.", 1));
    }
    if (job.zip != null && job.zip.succeeded()) {
      job.zip = null;
    }
    return change(job, JobStatus.Event.REOPEN, error, tries);
  }

  /**
   * The job's next state, or null where it stays as it is; COMPLETE for one that was to be reopened
   * and whose ZIP is not there yet.
   *
   * @param waived a completion of which no ZIP can be made
   */
  private Future<JobStatus> apply(Job job, JobStatus.Event event, String error, int waived) {
    return table.here(
        job.lane.run(
            () -> {
              JobStatus before = job.record().status();
              JobStatus after = before.after(event);
              if (after == before) {
                return null;
              }
              if (job.record().kept()) {
                job.requireFiles();
              }
              if (before == JobStatus.COMPLETE && !mayChange(job, waived)) {
                return before;
              }
              storage.files.count(job);
              JobRecord next = job.record().with(after, error).withCounts(job.counts());
              if (after == JobStatus.GENERATING) {
                storage.zips.delete(job.id());
              }
              storage.records.save(next);
              job.record(next);
              job.completion++;
              storage.copyForPeople(job);
              return after;
            }));
  }

  private boolean mayChange(Job job, int waived) {
    if (storage.completions.of(job.record().incarnation()) >= MOST_HELD) {
      throw ApiException.busy(
          "What the job was completed with before is not kept yet, because the object store is"
              + " away. It can be reopened when that is done.",
          RETRY_SECONDS);
    }
    return job.completion == waived || storage.zips.exists(job.id());
  }
}
