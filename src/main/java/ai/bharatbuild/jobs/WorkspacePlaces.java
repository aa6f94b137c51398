package ai.bharatbuild.jobs;

import ai.bharatbuild.files.FileWorkers;
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
import java.util.Set;
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

  /** The workspace with its files, on a volume of that limit where limits are kept by volumes. */
  Future<Placed> ensure(Ensure question) {
    return limited(question.limit())
        .compose(
            limit ->
                limit == 0 ? inLane(question.ref(), job -> () -> at(job)) : ensureVolume(question));
  }

  /** The limit that a volume is to have; 0 where there is to be none. */
  private Future<Long> limited(long limit) {
    return limit == 0
        ? Future.succeededFuture(0L)
        : table.here(storage.diskLimits()).map(limits -> limits.volumes() ? limit : 0L);
  }

  private Future<Placed> ensureVolume(Ensure question) {
    return table
        .here(ensured.apply(question.ref()))
        .compose(job -> table.here(storage.workers.run(() -> onVolume(job, question))))
        .compose(
            there ->
                there
                    ? inLane(question.ref(), job -> () -> at(job))
                    : moveToVolume(question.ref(), question.limit()));
  }

  private boolean onVolume(Job job, Ensure question) {
    return storage.base.hasVolume(job.id(), question.limit());
  }

  private Future<Placed> moveToVolume(Ref ref, long limit) {
    return table
        .here(prepare(storage.volumeWorkers, limit))
        .compose(
            made ->
                inLane(ref, job -> () -> occupied(job, made.token()))
                    .onFailure(e -> discard(Set.of(made.token()))))
        .onSuccess(v -> storage.emptyTrash());
  }

  private Placed at(Job job) {
    job.requireFiles();
    return new Placed(null, storage.base.pathOf(job.id()));
  }

  Future<Placed> prepare(long wanted) {
    return limited(wanted)
        .compose(limit -> prepare(limit > 0 ? storage.volumeWorkers : storage.workers, limit));
  }

  private Future<Placed> prepare(FileWorkers workers, long limit) {
    return workers.run(
        () -> {
          PreparedPlaces.Prepared made = storage.base.prepared().make(limit);
          return new Placed(made.token(), made.path());
        });
  }

  Future<Placed> occupy(Occupy question) {
    return inLane(
            question.ref(),
            job ->
                () -> {
                  if (storage.base.hasVolume(job.id())) {
                    throw ApiException.conflict(
                        "workspace_has_volume", "The workspace has a disk of its own already.");
                  }
                  return occupied(job, question.token());
                })
        .onSuccess(v -> storage.emptyTrash());
  }

  private Placed occupied(Job job, String token) {
    job.requireFiles();
    occupy(job, token);
    return at(job);
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
    return question.keep() ? keep(question.tokens()) : discard(question.tokens());
  }

  private Future<Done> keep(Set<String> tokens) {
    return storage
        .volumeWorkers
        .run(
            () -> {
              storage.base.prepared().keep(tokens);
              return Done.DONE;
            })
        .onSuccess(v -> storage.emptyTrash());
  }

  private Future<Done> discard(Set<String> tokens) {
    return storage
        .workers
        .run(
            () -> {
              tokens.forEach(storage.base.prepared()::discard);
              return Done.DONE;
            })
        .onSuccess(v -> storage.emptyTrash());
  }

  Future<HasVolume> hasVolume(String id) {
    return storage.workers.run(() -> new HasVolume(storage.base.hasVolume(id)));
  }
}
