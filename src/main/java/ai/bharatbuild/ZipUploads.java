package ai.bharatbuild;

import ai.bharatbuild.files.OpenFile;
import ai.bharatbuild.jobs.WorkspaceAccess;
import ai.bharatbuild.storage.ObjectStore;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;

/**
 * Keeps a copy of each finished ZIP in the bucket, where that was asked for; a part of {@link
 * Stores}.
 */
final class ZipUploads {
  private static final int THREADS = 2;
  private final WorkspaceAccess access;
  private final ObjectStore objects;
  private final String bucket;
  private final Path scratch;
  private final WorkerExecutor threads;

  ZipUploads(
      Vertx vertx, WorkspaceAccess access, ObjectStore objects, String bucket, Path scratch) {
    this.access = access;
    this.objects = objects;
    this.bucket = bucket;
    this.scratch = scratch;
    this.threads = vertx.createSharedWorkerExecutor("zip-uploads", THREADS);
  }

  /** Waits for the job's ZIP, copies it and notes in the job's record where the copy is. */
  Future<Void> upload(String job, String owner) {
    String key = key(job);
    return access
        .zip(job, owner)
        .compose(
            zip -> {
              String version = zip.stat().fileVersion();
              return threads
                  .executeBlocking(() -> copy(zip), false)
                  .compose(
                      copy ->
                          objects
                              .putFile(key, copy)
                              .eventually(
                                  () ->
                                      threads.executeBlocking(
                                          () -> Files.deleteIfExists(copy), false)))
                  .compose(v -> access.uploaded(job, owner, "s3://" + bucket + '/' + key, version));
            })
        .recover(e -> remove(job).transform(v -> Future.failedFuture(e)));
  }

  private static String key(String job) {
    return "projects/" + job + ".zip";
  }

  /** Removes the copy of a job that is gone; does nothing where there is a job of that id. */
  Future<Void> remove(String job) {
    return access
        .find(job)
        .compose(found -> found == null ? objects.delete(key(job)) : Future.succeededFuture());
  }

  private Path copy(OpenFile zip) throws IOException {
    Path copy = scratch.resolve(UUID.randomUUID() + ".zip");
    try (zip) {
      Files.copy(Channels.newInputStream(zip.channel()), copy);
    }
    return copy;
  }
}
