package ai.bharatbuild.jobs;

import ai.bharatbuild.files.PreparedPlaces;
import ai.bharatbuild.jobs.JobMessages.Done;
import ai.bharatbuild.jobs.JobMessages.Ensure;
import ai.bharatbuild.jobs.JobMessages.HasVolume;
import ai.bharatbuild.jobs.JobMessages.Occupy;
import ai.bharatbuild.jobs.JobMessages.Placed;
import ai.bharatbuild.jobs.JobMessages.Ref;
import ai.bharatbuild.jobs.JobMessages.Unprepare;
import ai.bharatbuild.problem.ApiException;
import io.vertx.core.Future;
import java.util.concurrent.Callable;
import java.util.function.Function;

/**
 * Where one shard's workspaces have their files, as sandboxes need it. Called on the verticle's
 * context; files move in each job's lane.
 */
final class WorkspacePlaces {
  private final JobStorage storage;
  private final JobTable table;
  private final Function<Ref, Future<Job>> ensured;

  /**
   * @param ensured finds the caller's workspace, or makes it
   */
  WorkspacePlaces(JobStorage storage, JobTable table, Function<Ref, Future<Job>> ensured) {
    this.storage = storage;
    this.table = table;
    this.ensured = ensured;
  }

  Future<Placed> ensure(Ensure question) {
    return inLane(question.ref(), job -> () -> at(job));
  }

  private Placed at(Job job) {
    return new Placed(null, storage.base.pathOf(job.id()));
  }

  Future<Placed> prepare(long limit) {
    return storage.workers.run(
        () -> {
          PreparedPlaces.Prepared made = storage.base.prepared().make();
          return new Placed(made.token(), made.path());
        });
  }

  Future<Placed> occupy(Occupy question) {
    return inLane(
        question.ref(),
        job ->
            () -> {
              job.requireFiles();
              occupy(job, question.token());
              return at(job);
            });
  }

  private void occupy(Job job, String token) {
    try {
      storage.base.occupy(job.id(), token, job::moving);
    } finally {
      job.moved();
    }
  }

  /** Nobody can delete the workspace between its being found and its turn in the lane. */
  private <T> Future<T> inLane(Ref ref, Function<Job, Callable<T>> work) {
    return table
        .here(ensured.apply(ref))
        .compose(
            job ->
                job.closing || table.get(job.id()) != job
                    ? Future.failedFuture(ApiException.notFound("workspace"))
                    : job.lane.run(work.apply(job)));
  }

  Future<Done> unprepare(Unprepare question) {
    return storage.workers.run(
        () -> {
          if (question.keep()) {
            storage.base.prepared().keep(question.tokens());
          } else {
            question.tokens().forEach(storage.base.prepared()::discard);
          }
          storage.base.emptyTrash();
          return Done.DONE;
        });
  }

  Future<HasVolume> hasVolume(String id) {
    return storage.workers.run(() -> new HasVolume(storage.base.hasVolume(id)));
  }
}
