package ai.bharatbuild.versions;

import ai.bharatbuild.storage.ObjectStat;
import ai.bharatbuild.storage.ObjectStore;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Notes of whose jobs' versions are to go, kept until nothing is left of them: as empty objects
 * {@code <owner>/<job>/<incarnation>}. Usable from any context.
 */
final class DoomedJobs {
  private static final int PAGE = 1000;

  /**
   * A job that is deleted, or about to be.
   *
   * @param incarnation which life of the id, or {@link #NO_JOB}
   */
  record Note(String owner, String job, String incarnation) {
    private String key() {
      return owner + '/' + job + '/' + incarnation;
    }

    private static Note of(ObjectStat found) {
      String[] parts = found.key().split("/");
      return new Note(parts[0], parts[1], parts[2]);
    }

    private String place() {
      return owner + '/' + job;
    }
  }

  /** Stands for an incarnation where only versions were left. */
  static final String NO_JOB = "none";

  private final ObjectStore notes;
  private final Map<String, Set<Note>> all = new ConcurrentHashMap<>();

  /** Jobs whose deletion this server has begun and not ended. */
  private final Set<Note> underWay = ConcurrentHashMap.newKeySet();

  DoomedJobs(ObjectStore notes) {
    this.notes = notes;
  }

  /** Reads what an earlier server left to do. */
  Future<Void> load() {
    return load("");
  }

  private Future<Void> load(String after) {
    return notes
        .list("", after, PAGE)
        .compose(
            page -> {
              page.objects().forEach(found -> remember(Note.of(found)));
              return page.more() ? load(page.objects().getLast().key()) : Future.succeededFuture();
            });
  }

  private void remember(Note note) {
    all.compute(
        note.place(),
        (place, had) -> {
          Set<Note> some = had == null ? ConcurrentHashMap.newKeySet() : had;
          some.add(note);
          return some;
        });
  }

  /** Completes when the note outlives the server; the versions are hidden at once. */
  Future<Void> add(Note note) {
    underWay.add(note);
    remember(note);
    return notes.putBytes(note.key(), Buffer.buffer()).onFailure(e -> forget(note));
  }

  /** The deletion has happened: what the note speaks of may be removed. */
  void gone(Note note) {
    underWay.remove(note);
  }

  Future<Void> remove(Note note) {
    return notes.delete(note.key()).onSuccess(v -> forget(note));
  }

  private void forget(Note note) {
    underWay.remove(note);
    all.computeIfPresent(
        note.place(),
        (place, some) -> {
          some.remove(note);
          return some.isEmpty() ? null : some;
        });
  }

  /** Whether what is kept of the job is to go. */
  boolean has(String owner, String job) {
    return all.containsKey(owner + '/' + job);
  }

  /** Notes of the job whose deletions have happened. */
  List<Note> of(String owner, String job) {
    return all.getOrDefault(owner + '/' + job, Set.of()).stream()
        .filter(note -> !underWay.contains(note))
        .toList();
  }

  /** Every note of which nothing is being done. */
  List<Note> left() {
    return all.values().stream()
        .flatMap(Set::stream)
        .filter(note -> !underWay.contains(note))
        .toList();
  }
}
