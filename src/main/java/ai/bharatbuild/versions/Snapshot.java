package ai.bharatbuild.versions;

import ai.bharatbuild.files.OpenFile;
import ai.bharatbuild.problem.ApiException;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Brings the files of one ZIP into the object store. Blocks, on a thread for that; one file is on
 * its way at a time, and none is in memory as a whole.
 */
final class Snapshot {
  private static final long PATIENCE_MINUTES = 10;

  private final VersionStore store;
  private final String owner;
  private final Path scratch;
  private final BooleanSupplier unwanted;
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

  /** The files of a job as they are now, sorted by path; every content is in the store by then. */
  List<Manifest.Entry> take(VersionedJobs jobs, String job) {
    List<Manifest.Entry> entries = new ArrayList<>();
    for (String path : await(jobs.files(job, owner))) {
      if (unwanted.getAsBoolean()) {
        throw ApiException.notFound("job");
      }
      Buffer content = await(jobs.read(job, owner, path));
      String sha256 = sha256(content);
      if (kept.add(sha256)) {
        String key = VersionStore.contentKey(owner, sha256);
        if (await(store.objects().stat(key)) == null) {
          await(store.objects().putBytes(key, content));
        }
      }
      entries.add(new Manifest.Entry(path, content.length(), sha256));
    }
    entries.sort(Comparator.comparing(Manifest.Entry::path));
    return entries;
  }

  private static String sha256(Buffer content) {
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(content.getBytes()));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private void keep(ZipContents.Unpacked file) {
    if (!kept.add(file.entry().sha256())) {
      return;
    }
    String key = VersionStore.contentKey(owner, file.entry().sha256());
    if (await(store.objects().stat(key)) == null) {
      await(store.objects().putFile(key, file.copy()));
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
