package ai.bharatbuild.versions;

import ai.bharatbuild.problem.ApiException;
import ai.bharatbuild.storage.ByteRange;
import io.vertx.core.Future;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Brings what versions hold back into the files of jobs. */
final class Refill {
  private final VersionStore store;
  private final VersionedJobs jobs;
  private final WorkerExecutor threads;
  private final long maxFileBytes;

  /**
   * @param threads on which it waits for one file after another
   * @param maxFileBytes the largest file that can be written into a job
   */
  Refill(VersionStore store, VersionedJobs jobs, WorkerExecutor threads, long maxFileBytes) {
    this.store = store;
    this.jobs = jobs;
    this.threads = threads;
    this.maxFileBytes = maxFileBytes;
  }

  /** Gives a job the files of a version and no others, and leaves it so that it may be changed. */
  Future<Void> all(String job, String owner, Manifest manifest) {
    return refuseLarge(manifest)
        .compose(v -> jobs.reopen(job, owner))
        .compose(
            v ->
                threads.executeBlocking(
                    () -> {
                      write(job, owner, manifest);
                      return null;
                    },
                    false));
  }

  /** Gives one file back, or takes it away where the version has none. */
  Future<Void> one(String job, String owner, Manifest manifest, String path) {
    Manifest.Entry entry = manifest.byPath().get(path);
    if (entry == null) {
      return jobs.files(job, owner)
          .compose(
              files ->
                  files.contains(path)
                      ? jobs.remove(job, owner, path)
                      : Future.failedFuture(ApiException.notFound("file")));
    }
    return content(owner, entry).compose(it -> jobs.write(job, owner, path, it));
  }

  /**
   * Puts the files of one version in the place of those of another, but for those that are not what
   * they are in that other one, or are too large to be written; gives the paths of these.
   *
   * @param not paths that stay in any case
   */
  Future<List<String>> exchange(
      String job, String owner, Manifest wanted, Manifest known, Set<String> not) {
    return threads.executeBlocking(() -> exchangeAll(job, owner, wanted, known, not), false);
  }

  private List<String> exchangeAll(
      String job, String owner, Manifest wanted, Manifest known, Set<String> not) {
    Map<String, Manifest.Entry> then = wanted.byPath();
    Map<String, Manifest.Entry> now = known.byPath();
    Set<String> stayed = new TreeSet<>();
    for (Manifest.Entry old : known.files()) {
      if (!then.containsKey(old.path())
          && (not.contains(old.path())
              || !Snapshot.await(jobs.swap(job, owner, old.path(), old.sha256(), null)))) {
        stayed.add(old.path());
      }
    }
    for (Manifest.Entry entry : wanted.files()) {
      Manifest.Entry old = now.get(entry.path());
      String seen = old == null ? null : old.sha256();
      boolean stays = not.contains(entry.path()) || entry.size() > maxFileBytes;
      if (!entry.sha256().equals(seen)
          && (stays || !Snapshot.await(give(job, owner, entry, seen)))) {
        stayed.add(entry.path());
      }
    }
    return List.copyOf(stayed);
  }

  private Future<Boolean> give(String job, String owner, Manifest.Entry entry, String seen) {
    return content(owner, entry).compose(it -> jobs.swap(job, owner, entry.path(), seen, it));
  }

  private Future<Buffer> content(String owner, Manifest.Entry entry) {
    return store.content(owner, entry, ByteRange.ALL).compose(body -> body.collect(maxFileBytes));
  }

  private void write(String job, String owner, Manifest manifest) {
    Map<String, Manifest.Entry> wanted = manifest.byPath();
    for (String path : Snapshot.await(jobs.files(job, owner))) {
      if (!wanted.containsKey(path)) {
        Snapshot.await(jobs.remove(job, owner, path));
      }
    }
    for (Manifest.Entry entry : manifest.files()) {
      Buffer content = Snapshot.await(content(owner, entry));
      Snapshot.await(jobs.write(job, owner, entry.path(), content));
    }
  }

  private Future<Void> refuseLarge(Manifest manifest) {
    for (Manifest.Entry entry : manifest.files()) {
      if (entry.size() > maxFileBytes) {
        return Future.failedFuture(
            ApiException.tooLarge(
                entry.path() + " is larger than a file that can be written.",
                maxFileBytes,
                entry.size()));
      }
    }
    return Future.succeededFuture();
  }
}
