package ai.bharatbuild.versions;

import ai.bharatbuild.files.OpenFile;
import ai.bharatbuild.problem.ApiException;
import ai.bharatbuild.versions.VersionedJobs.Completion;
import io.vertx.core.Future;
import io.vertx.core.WorkerExecutor;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.zip.ZipException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes versions: of what jobs were completed with, which is held until its manifest is in the
 * store, and of files as they are. Usable from any context.
 */
final class VersionKeeper {
  private static final Logger LOG = LoggerFactory.getLogger(VersionKeeper.class);
  private static final String COMPLETE = "complete";

  private final VersionStore store;
  private final VersionedJobs jobs;
  private final DoomedJobs doomed;
  private final VersionEnds ends;
  private final JobTurns turns;
  private final OwnerTurns owners;
  private final WorkerExecutor threads;
  private final Path scratch;
  private final Function<String, Integer> restoring;

  /**
   * @param restoring gives the version that is being restored into a job, or null
   */
  VersionKeeper(
      VersionStore store,
      VersionedJobs jobs,
      DoomedJobs doomed,
      VersionEnds ends,
      JobTurns turns,
      OwnerTurns owners,
      WorkerExecutor threads,
      Path scratch,
      Function<String, Integer> restoring) {
    this.store = store;
    this.jobs = jobs;
    this.doomed = doomed;
    this.ends = ends;
    this.turns = turns;
    this.owners = owners;
    this.threads = threads;
    this.scratch = scratch;
    this.restoring = restoring;
  }

  /** See {@link Versions#keep}. */
  Future<Void> keep(String job, String owner) {
    return turns.run(job, () -> keepInTurn(job, owner));
  }

  private Future<Void> keepInTurn(String job, String owner) {
    // What an earlier life of the id left is not this one's.
    return ends.bury(job, owner)
        .compose(v -> keepHeld(job, owner))
        .compose(v -> jobs.find(job, owner))
        .compose(
            found ->
                found == null || !found.complete()
                    ? Future.succeededFuture()
                    : jobs.hold(job, owner).compose(v -> keepHeld(job, owner)));
  }

  /** See {@link Versions#keepHeld}. */
  Future<Void> keepHeld() {
    Set<List<String>> pending = new LinkedHashSet<>();
    jobs.held().forEach(held -> pending.add(List.of(held.job(), held.owner())));
    Future<Void> done = Future.succeededFuture();
    for (List<String> each : pending) {
      done = done.transform(v -> keepLater(each.getFirst(), each.getLast()));
    }
    return done.otherwiseEmpty();
  }

  private Future<Void> keepLater(String job, String owner) {
    return turns
        .run(job, () -> ends.bury(job, owner).compose(v -> keepHeld(job, owner)))
        .onFailure(e -> LOG.warn("a version of job {} is not kept yet", job, e));
  }

  private Future<Void> keepHeld(String job, String owner) {
    Future<Void> done = Future.succeededFuture();
    for (Completion held : jobs.held()) {
      if (held.job().equals(job) && held.owner().equals(owner)) {
        done = done.compose(v -> keep(held));
      }
    }
    return done;
  }

  /** Lets go of what is held only when its manifest is there. */
  private Future<Void> keep(Completion held) {
    if (doomed.has(held.owner(), held.job())) {
      return Future.succeededFuture();
    }
    return jobs.open(held)
        .compose(
            zip ->
                zip == null
                    ? Future.succeededFuture()
                    : newest(held.owner(), held.job())
                        .compose(
                            newest ->
                                newest != null && newest.zip().equals(held.id())
                                    ? Future.<Void>succeededFuture()
                                    : keepAs(next(newest), held, zip)
                                        .recover(e -> unlessDamaged(held, e)))
                        .onComplete(v -> zip.close())
                        .compose(v -> jobs.release(held)));
  }

  /** What is damaged will not get better, and would stand before what comes after it. */
  private static Future<Void> unlessDamaged(Completion held, Throwable cause) {
    if (!(cause instanceof ZipException)) {
      return Future.failedFuture(cause);
    }
    LOG.error("what job {} was completed with at {} is damaged", held.job(), held.at(), cause);
    return Future.succeededFuture();
  }

  private static int next(Manifest newest) {
    return newest == null ? 1 : newest.version() + 1;
  }

  /** The newest version's manifest, or null. */
  private Future<Manifest> newest(String owner, String job) {
    return store
        .numbers(owner, job)
        .compose(
            numbers ->
                numbers.isEmpty()
                    ? Future.succeededFuture()
                    : store.manifest(owner, job, numbers.getLast()));
  }

  /** Contents go first: a manifest never speaks of what is not there. */
  private Future<Void> keepAs(int number, Completion held, OpenFile zip) {
    String job = held.job();
    String owner = held.owner();
    Integer from = restoring.apply(job);
    Snapshot snapshot = new Snapshot(store, owner, scratch, () -> doomed.has(owner, job));
    return owners.together(
        owner,
        () ->
            threads
                .executeBlocking(() -> snapshot.take(zip), false)
                .compose(
                    files -> {
                      Instant at = held.at().truncatedTo(ChronoUnit.MILLIS);
                      String id = held.id();
                      return store.save(
                          owner,
                          new Manifest(number, job, held.name(), id, COMPLETE, at, from, files));
                    }));
  }

  /** See {@link Versions#keepFiles}. */
  Future<Integer> keepFiles(String job, String owner, String label) {
    return turns.run(
        job,
        () ->
            ends.bury(job, owner)
                .compose(v -> keepHeld(job, owner))
                .compose(v -> jobs.find(job, owner))
                .compose(
                    found ->
                        found == null
                            ? Future.failedFuture(ApiException.notFound("job"))
                            : keepFiles(job, owner, found.name(), label)));
  }

  /** The newest version is looked up within the turn, as its contents stay for as long. */
  private Future<Integer> keepFiles(String job, String owner, String name, String label) {
    Snapshot snapshot = new Snapshot(store, owner, scratch, () -> doomed.has(owner, job));
    return owners.together(
        owner,
        () ->
            newest(owner, job)
                .compose(
                    newest -> {
                      List<Manifest.Entry> had = newest == null ? List.of() : newest.files();
                      return threads
                          .executeBlocking(() -> snapshot.take(jobs, job, had), false)
                          .compose(files -> keepFiles(newest, job, owner, name, label, files));
                    }));
  }

  private Future<Integer> keepFiles(
      Manifest newest,
      String job,
      String owner,
      String name,
      String label,
      List<Manifest.Entry> files) {
    if (newest != null && newest.files().equals(files)) {
      return Future.succeededFuture(newest.version());
    }
    int number = next(newest);
    Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
    return store
        .save(owner, new Manifest(number, job, name, "", label, now, null, files))
        .map(number);
  }
}
