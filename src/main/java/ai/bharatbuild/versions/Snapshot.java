package ai.bharatbuild.versions;

import ai.bharatbuild.files.OpenFile;
import ai.bharatbuild.files.Sha256;
import ai.bharatbuild.problem.ApiException;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Brings the files of one ZIP, or of one job, into the object store. Blocks, on a thread for that;
 * one file is on its way at a time, and no large one is in memory as a whole.
 */
final class Snapshot {
  private static final long PATIENCE_MINUTES = 10;
  private static final int NOT_FOUND = 404;
  private static final int TOO_LARGE = 413;

  private final VersionStore store;
  private final String owner;
  private final Path scratch;
  private final BooleanSupplier unwanted;

  /** Hashes of contents that are in the store. */
  private final Set<String> kept = new HashSet<>();

  /**
   * @param unwanted asked between files: whether to leave it
   */
  Snapshot(VersionStore store, String owner, Path scratch, BooleanSupplier unwanted) {
    this.store = store;
    this.owner = owner;
    this.scratch = scratch;
    this.unwanted = unwanted;
  }

  /**
   * What is in it, sorted by path; every content is in the store by then. Fails with 404 when it is
   * not wanted any more.
   */
  List<Manifest.Entry> take(OpenFile zip) throws IOException {
    List<Manifest.Entry> entries = new ArrayList<>();
    try (ZipContents contents = new ZipContents(zip, scratch)) {
      for (ZipContents.Unpacked file = contents.next(); file != null; file = contents.next()) {
        try {
          if (unwanted.getAsBoolean()) {
            throw ApiException.notFound("job");
          }
          keep(file);
        } finally {
          Files.deleteIfExists(file.copy());
        }
        entries.add(file.entry());
      }
    }
    entries.sort(Comparator.comparing(Manifest.Entry::path));
    return entries;
  }

  /**
   * The files of a job as they are now, sorted by path; every content is in the store by then, and
   * what was there before is not read. A file that goes meanwhile is left out.
   *
   * @param had files of another version of the job, whose contents stay in the store meanwhile
   */
  List<Manifest.Entry> take(VersionedJobs jobs, String job, List<Manifest.Entry> had)
      throws IOException {
    had.forEach(entry -> kept.add(entry.sha256()));
    List<Manifest.Entry> entries = new ArrayList<>();
    for (VersionedJobs.Content file : await(jobs.hashes(job, owner))) {
      if (unwanted.getAsBoolean()) {
        throw ApiException.notFound("job");
      }
      Manifest.Entry entry =
          file.sha256() != null && isKept(file.sha256())
              ? new Manifest.Entry(file.path(), file.size(), file.sha256())
              : take(jobs, job, file.path());
      if (entry != null) {
        entries.add(entry);
      }
    }
    entries.sort(Comparator.comparing(Manifest.Entry::path));
    return entries;
  }

  private boolean isKept(String sha256) {
    return kept.contains(sha256)
        || await(store.objects().stat(VersionStore.contentKey(owner, sha256))) != null
            && kept.add(sha256);
  }

  /** Null where there is no such file any more. */
  private Manifest.Entry take(VersionedJobs jobs, String job, String path) throws IOException {
    try {
      return keep(path, await(jobs.read(job, owner, path)));
    } catch (CompletionException e) {
      return switch (status(e)) {
        case NOT_FOUND -> null;
        // Processes in sandboxes make larger files than callers may write.
        case TOO_LARGE -> stream(jobs, job, path);
        default -> throw e;
      };
    }
  }

  private Manifest.Entry stream(VersionedJobs jobs, String job, String path) throws IOException {
    Path copy = Files.createTempFile(scratch, "content", "");
    try (OpenFile file = await(jobs.open(job, owner, path));
        InputStream in = Channels.newInputStream(file.channel())) {
      ZipContents.Unpacked unpacked = ZipContents.copy(in, path, copy);
      keep(unpacked);
      return unpacked.entry();
    } catch (CompletionException e) {
      if (status(e) == NOT_FOUND) {
        return null;
      }
      throw e;
    } finally {
      Files.deleteIfExists(copy);
    }
  }

  private static int status(CompletionException failure) {
    return failure.getCause() instanceof ApiException known ? known.problem().status() : 0;
  }

  private Manifest.Entry keep(String path, Buffer content) {
    String sha256 = Sha256.of(content.getBytes());
    if (!isKept(sha256)) {
      await(store.objects().putBytes(VersionStore.contentKey(owner, sha256), content));
      kept.add(sha256);
    }
    return new Manifest.Entry(path, content.length(), sha256);
  }

  private void keep(ZipContents.Unpacked file) {
    String sha256 = file.entry().sha256();
    if (!isKept(sha256)) {
      await(store.objects().putFile(VersionStore.contentKey(owner, sha256), file.copy()));
      kept.add(sha256);
    }
  }

  /** For threads that may block. */
  static <T> T await(Future<T> future) {
    return future
        .toCompletionStage()
        .toCompletableFuture()
        .orTimeout(PATIENCE_MINUTES, TimeUnit.MINUTES)
        .join();
  }
}
