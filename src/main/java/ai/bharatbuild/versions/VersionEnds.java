package ai.bharatbuild.versions;

import ai.bharatbuild.versions.DoomedJobs.Note;
import ai.bharatbuild.versions.VersionedJobs.Completion;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes what is kept of jobs that their owners delete. First that is noted for good, then the job
 * goes, then what is held of it, then its manifests, then every content that no manifest of the
 * owner speaks of, then the note. A server that is killed in between goes on where it was: see
 * {@link #settle}. Usable from any context.
 */
public final class VersionEnds {
  private static final Logger LOG = LoggerFactory.getLogger(VersionEnds.class);

  private final VersionStore store;
  private final VersionedJobs jobs;
  private final DoomedJobs doomed;
  private final JobTurns turns;
  private final OwnerTurns owners;

  /** Sweeps that have not begun; who comes meanwhile shares them. */
  private final Map<String, Future<Void>> sweeps = new ConcurrentHashMap<>();

  VersionEnds(
      VersionStore store,
      VersionedJobs jobs,
      DoomedJobs doomed,
      JobTurns turns,
      OwnerTurns owners) {
    this.store = store;
    this.jobs = jobs;
    this.doomed = doomed;
    this.turns = turns;
    this.owners = owners;
  }

  /**
   * Says that a job is about to be deleted. Completes when that is noted, so that nothing of it is
   * left whatever happens; {@link #gone} or {@link #spared} has to follow.
   */
  public Future<Void> doom(String job, String owner, String incarnation) {
    Note note = new Note(owner, job, incarnation);
    if (turns.busy(job)) {
      return doomed.add(note);
    }
    // Most jobs have no versions. Where that cannot be found out now, it is later.
    return anything(job, owner)
        .otherwise(true)
        .compose(any -> any ? doomed.add(note) : Future.succeededFuture());
  }

  private Future<Boolean> anything(String job, String owner) {
    return jobs.copied() || !held(job, owner).isEmpty()
        ? Future.succeededFuture(true)
        : store.numbers(owner, job).map(numbers -> !numbers.isEmpty());
  }

  private List<Completion> held(String job, String owner) {
    return jobs.held().stream()
        .filter(held -> held.job().equals(job) && held.owner().equals(owner))
        .toList();
  }

  /** The job is deleted: begins to remove what is kept of it. */
  public void gone(String job, String owner, String incarnation) {
    if (doomed.has(owner, job)) {
      doomed.gone(new Note(owner, job, incarnation));
      turns
          .run(job, () -> bury(job, owner))
          .onFailure(e -> LOG.warn("versions of job {} are left and go later", job, e));
    }
  }

  /** The job could not be deleted: what is kept of it stays. */
  public void spared(String job, String owner, String incarnation) {
    if (doomed.has(owner, job)) {
      doomed
          .remove(new Note(owner, job, incarnation))
          .onFailure(e -> LOG.warn("a note of the deletion of job {} is left", job, e));
    }
  }

  /** The record of an expired job is about to go: removes what does not outlive it, the copies. */
  public Future<Void> over(String job) {
    return turns.run(job, () -> jobs.removeCopies(job));
  }

  /** Removes what is left of a job that is gone; tells whether there was anything. */
  public Future<Boolean> removeLeft(String job, String owner) {
    return store
        .numbers(owner, job)
        .compose(
            numbers -> {
              boolean nothing = numbers.isEmpty() && held(job, owner).isEmpty();
              if (nothing || doomed.has(owner, job)) {
                return Future.succeededFuture(false);
              }
              return doomed
                  .add(new Note(owner, job, DoomedJobs.NO_JOB))
                  .onSuccess(v -> gone(job, owner, DoomedJobs.NO_JOB))
                  .map(true);
            });
  }

  /** Does what an earlier server, or an earlier attempt, left to do. */
  public Future<Void> settle() {
    Future<Void> done = Future.succeededFuture();
    for (Note note : doomed.left()) {
      done = done.transform(v -> settle(note));
    }
    return done;
  }

  private Future<Void> settle(Note note) {
    return jobs.lives(note.job(), note.incarnation())
        .compose(
            lives ->
                lives
                    ? doomed.remove(note)
                    : turns.run(note.job(), () -> bury(note.job(), note.owner())))
        .onFailure(e -> LOG.warn("versions of job {} are left and go later", note.job(), e));
  }

  /** To be called in the job's turn. */
  Future<Void> bury(String job, String owner) {
    List<Note> notes = doomed.of(owner, job);
    if (notes.isEmpty()) {
      return Future.succeededFuture();
    }
    Set<String> deleted = notes.stream().map(Note::incarnation).collect(Collectors.toSet());
    return releaseAll(held(job, owner), held -> ended(held, deleted))
        .compose(v -> store.removeManifests(owner, job))
        .compose(v -> jobs.removeCopies(job))
        .compose(v -> sweep(owner))
        .compose(v -> Future.join(notes.stream().map(doomed::remove).toList()).mapEmpty());
  }

  /** Whether it is of a life of the job's id that was deleted, or is over. */
  private Future<Boolean> ended(Completion held, Set<String> deleted) {
    return deleted.contains(held.incarnation())
        ? Future.succeededFuture(true)
        : jobs.lives(held.job(), held.incarnation()).map(lives -> !lives);
  }

  private Future<Void> releaseAll(
      List<Completion> all, Function<Completion, Future<Boolean>> unwanted) {
    return Future.join(
            all.stream()
                .map(
                    held ->
                        unwanted
                            .apply(held)
                            .compose(
                                yes -> yes ? jobs.release(held) : Future.<Void>succeededFuture()))
                .toList())
        .mapEmpty();
  }

  /** Removes the contents that no manifest of the owner speaks of. */
  private Future<Void> sweep(String owner) {
    Promise<Void> mine = Promise.promise();
    Future<Void> waiting = sweeps.putIfAbsent(owner, mine.future());
    if (waiting != null) {
      return waiting;
    }
    owners
        .alone(
            owner,
            () -> {
              sweeps.remove(owner);
              return needed(owner).compose(hashes -> store.removeContents(owner, hashes));
            })
        .onComplete(mine);
    return mine.future();
  }

  private Future<Set<String>> needed(String owner) {
    Set<String> hashes = new HashSet<>();
    return store
        .eachManifest(
            owner, manifest -> manifest.files().forEach(file -> hashes.add(file.sha256())))
        .map(v -> hashes);
  }

  /** Bytes that an owner's versions take of the object store. */
  public Future<Long> bytes(String owner) {
    return store.bytes(owner);
  }

  /** Removes everything of an owner who has no jobs any more. May be repeated. */
  public Future<Void> forget(String owner) {
    return owners.alone(
        owner,
        () ->
            releaseAll(jobs.held(), held -> Future.succeededFuture(held.owner().equals(owner)))
                .compose(v -> store.removeAll(owner)));
  }
}
