package ai.bharatbuild.versions;

import ai.bharatbuild.problem.ApiException;
import ai.bharatbuild.storage.ObjectStore;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * Keeps what each completion of a job held, made of its ZIP, and brings it back. Versions outlive a
 * job that expires, belong to its owner, and go when the owner deletes the job. One instance for a
 * server; usable from any context.
 */
public final class Versions {
  private static final int THREADS = 2;

  private final VersionStore store;
  private final VersionedJobs jobs;
  private final WorkerExecutor threads;
  private final Refill refill;
  private final DoomedJobs doomed;
  private final VersionEnds ends;
  private final JobTurns turns = new JobTurns();
  private final VersionKeeper keeper;
  private final Map<String, Integer> restoring = new ConcurrentHashMap<>();

  /**
   * @param notes for what is to be removed, and for nothing else; best on this machine
   * @param scratch an existing directory for files that are unpacked for a moment
   * @param maxFileBytes the largest file that can be written into a job
   */
  public Versions(
      Vertx vertx,
      ObjectStore objects,
      ObjectStore notes,
      VersionedJobs jobs,
      Path scratch,
      long maxFileBytes) {
    this.store = new VersionStore(objects);
    this.jobs = jobs;
    this.threads = vertx.createSharedWorkerExecutor("versions", THREADS);
    this.refill = new Refill(store, jobs, threads, maxFileBytes);
    this.doomed = new DoomedJobs(notes);
    OwnerTurns owners = new OwnerTurns();
    this.ends = new VersionEnds(store, jobs, doomed, turns, owners);
    this.keeper =
        new VersionKeeper(
            store, jobs, doomed, ends, turns, owners, threads, scratch, restoring::get);
  }

  /** Learns what an earlier server left to remove; to be called before anything else. */
  public Future<Void> start() {
    return doomed.load();
  }

  /** How versions go. */
  public VersionEnds ends() {
    return ends;
  }

  VersionStore store() {
    return store;
  }

  /** 404 where there is none, or it is about to go. */
  Future<Manifest> manifest(String owner, String job, int version) {
    return doomed.has(owner, job)
        ? Future.failedFuture(ApiException.notFound("version"))
        : store.manifest(owner, job, version);
  }

  WorkerExecutor threads() {
    return threads;
  }

  /**
   * Makes sure that everything a job was completed with is kept, of earlier lives of its id too;
   * waits for the ZIP of the present completion. Where the store is away it fails, and nothing is
   * lost: see {@link #keepHeld}.
   */
  public Future<Void> keep(String job, String owner) {
    return keeper.keep(job, owner);
  }

  /**
   * Keeps what an earlier server, or an earlier attempt, has left: completions are held on disk
   * until they are kept. Never fails: what cannot be kept yet is left for the next time.
   */
  public Future<Void> keepHeld() {
    return keeper.keepHeld();
  }

  /** How many completions wait to be kept. */
  public int waiting() {
    return jobs.held().size();
  }

  /**
   * Keeps the files of a job as they are now, and gives the version's number: the newest one's
   * where nothing has changed since.
   *
   * @param label why, for people
   */
  public Future<Integer> keepFiles(String job, String owner, String label) {
    return keeper.keepFiles(job, owner, label);
  }

  /** Does something for a job when all is done that was begun for its versions before. */
  public Future<Void> inTurn(String job, Supplier<Future<Void>> work) {
    return turns.run(job, work);
  }

  /** The numbers of a job's versions, newest first; 404 where there is neither job nor version. */
  Future<List<Integer>> numbers(String job, String owner) {
    return keep(job, owner)
        .compose(v -> store.numbers(owner, job))
        .compose(
            numbers ->
                numbers.isEmpty()
                    ? jobs.find(job, owner)
                        .map(
                            found -> {
                              if (found == null) {
                                throw ApiException.notFound("job");
                              }
                              return List.<Integer>of();
                            })
                    : Future.succeededFuture(numbers.reversed()));
  }

  /**
   * Brings the files of a version back into the job and completes it, which makes a new version.
   * Should the server be killed meanwhile, the job is generating and has some of the files.
   */
  Future<Void> restore(String job, String owner, int version) {
    return keep(job, owner)
        .compose(v -> manifest(owner, job, version))
        .compose(
            manifest -> {
              if (restoring.putIfAbsent(job, version) != null) {
                return Future.failedFuture(
                    ApiException.conflict(
                        "restore_running", "A version of the job is being restored already."));
              }
              return refill
                  .all(job, owner, manifest)
                  .compose(v -> jobs.complete(job, owner))
                  .compose(v -> keep(job, owner))
                  .onComplete(v -> restoring.remove(job));
            });
  }

  /**
   * Puts the files of a version in the place of those of another, in a job that may be changed, and
   * leaves it so. A file that is not what it is in that other one was changed by somebody since,
   * and stays.
   *
   * @param instead the version that the files were when it was decided
   * @param not paths that stay in any case
   * @return paths of what stayed though the versions differ, sorted
   */
  public Future<List<String>> bringBack(
      String job, String owner, int version, int instead, Set<String> not) {
    return manifest(owner, job, version)
        .compose(
            wanted ->
                manifest(owner, job, instead)
                    .compose(known -> refill.exchange(job, owner, wanted, known, not)));
  }

  /**
   * Brings one file back as it was in a version, or takes it away where the version has none. A
   * complete job is complete again afterwards, which makes a new version; another stays as it is,
   * and a version is kept all the same.
   *
   * @return whether the job is complete
   */
  public Future<Boolean> restoreFile(String job, String owner, int version, String path) {
    return keep(job, owner)
        .compose(v -> manifest(owner, job, version))
        .compose(
            manifest ->
                jobs.find(job, owner)
                    .compose(
                        found -> {
                          if (found == null) {
                            return Future.failedFuture(ApiException.notFound("job"));
                          }
                          return jobs.reopen(job, owner)
                              .compose(v -> refill.one(job, owner, manifest, path))
                              .compose(
                                  v ->
                                      found.complete()
                                          ? jobs.complete(job, owner)
                                          : keepFiles(job, owner, "restored " + path).mapEmpty())
                              .map(v -> found.complete());
                        }));
  }
}
