package ai.bharatbuild.storage.local;

import ai.bharatbuild.problem.ApiException;
import ai.bharatbuild.storage.ByteRange;
import ai.bharatbuild.storage.ObjectBody;
import ai.bharatbuild.storage.ObjectKey;
import ai.bharatbuild.storage.ObjectPage;
import ai.bharatbuild.storage.ObjectStat;
import ai.bharatbuild.storage.ObjectStore;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.AsyncFile;
import io.vertx.core.file.OpenOptions;
import io.vertx.core.streams.ReadStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.UUID;
import java.util.concurrent.Callable;

/**
 * Objects as files of a directory, readable by the server alone. An object is written beside its
 * place, brought to the disk and then renamed, and so is the name itself; what a killed server left
 * unfinished is removed when the store is opened.
 */
public final class LocalObjectStore implements ObjectStore {
  private static final int THREADS = 4;
  private static final int READ_BYTES = 64 << 10;

  private final Vertx vertx;
  private final WorkerExecutor threads;
  private final Path objects;
  private final Path unfinished;
  private final ObjectTree tree;

  private LocalObjectStore(Vertx vertx, Path root) {
    this.vertx = vertx;
    this.threads = vertx.createSharedWorkerExecutor("object-files", THREADS);
    this.objects = root.resolve("objects");
    this.unfinished = root.resolve("unfinished");
    this.tree = new ObjectTree(objects);
  }

  /** Opens the store in a directory, which is made where there is none. */
  public static Future<LocalObjectStore> open(Vertx vertx, Path root) {
    LocalObjectStore store = new LocalObjectStore(vertx, root);
    return store.blocking(store::prepare).map(store);
  }

  private Void prepare() throws IOException {
    var ownerOnly =
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
    Files.createDirectories(objects.getParent());
    if (!Files.isDirectory(objects)) {
      Files.createDirectory(objects, ownerOnly);
    }
    if (!Files.isDirectory(unfinished)) {
      Files.createDirectory(unfinished, ownerOnly);
    }
    try (var left = Files.newDirectoryStream(unfinished)) {
      for (Path each : left) {
        Files.delete(each);
      }
    }
    return null;
  }

  @Override
  public Future<Void> put(String key, ReadStream<Buffer> content, long length) {
    Path place = place(key);
    Path temporary = temporary();
    content.pause();
    return vertx
        .fileSystem()
        .open(temporary.toString(), new OpenOptions().setCreateNew(true).setPerms("rw-------"))
        .compose(
            file -> content.pipeTo(file).eventually(() -> file.close().otherwiseEmpty()),
            Future::failedFuture)
        .compose(v -> blocking(() -> publish(temporary, place, length)))
        .recover(e -> discard(temporary, e));
  }

  @Override
  public Future<Void> putFile(String key, Path file) {
    Path place = place(key);
    Path temporary = temporary();
    return blocking(
            () -> {
              Files.copy(file, temporary);
              return publish(temporary, place, Files.size(temporary));
            })
        .recover(e -> discard(temporary, e));
  }

  @Override
  public Future<Void> putBytes(String key, Buffer bytes) {
    Path place = place(key);
    Path temporary = temporary();
    return blocking(
            () -> {
              Files.write(temporary, bytes.getBytes(), StandardOpenOption.CREATE_NEW);
              return publish(temporary, place, bytes.length());
            })
        .recover(e -> discard(temporary, e));
  }

  /** The bytes first, then the name: a name on disk never leads to less than its object. */
  private static Void publish(Path temporary, Path place, long length) throws IOException {
    long size = Files.size(temporary);
    if (size != length) {
      throw new IllegalStateException(
          "%d bytes were announced and %d came".formatted(length, size));
    }
    force(temporary, StandardOpenOption.WRITE);
    Files.createDirectories(place.getParent());
    Files.move(
        temporary, place, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    force(place.getParent(), StandardOpenOption.READ);
    return null;
  }

  private static void force(Path path, StandardOpenOption how) throws IOException {
    try (FileChannel channel = FileChannel.open(path, how)) {
      channel.force(true);
    }
  }

  private Future<Void> discard(Path temporary, Throwable cause) {
    return blocking(() -> Files.deleteIfExists(temporary))
        .transform(v -> Future.failedFuture(cause));
  }

  @Override
  public Future<ObjectBody> get(String key, ByteRange range) {
    Path place = place(key);
    return vertx
        .fileSystem()
        .open(place.toString(), new OpenOptions().setRead(true).setWrite(false).setCreate(false))
        .recover(e -> Future.failedFuture(isMissing(e) ? ApiException.notFound("object") : e))
        .compose(
            file -> file.size().map(size -> body(file, range, size)).onFailure(e -> file.close()));
  }

  private static ObjectBody body(AsyncFile file, ByteRange range, long size) {
    long length = range.lengthOf(size);
    file.pause();
    file.setReadBufferSize(READ_BYTES).setReadPos(range.from()).setReadLength(length);
    return new ObjectBody(size, length, file, () -> file.close().otherwiseEmpty());
  }

  @Override
  public Future<ObjectStat> stat(String key) {
    Path place = place(key);
    return blocking(
        () -> {
          try {
            BasicFileAttributes found = Files.readAttributes(place, BasicFileAttributes.class);
            return found.isRegularFile()
                ? new ObjectStat(key, found.size(), found.lastModifiedTime().toInstant())
                : null;
          } catch (NoSuchFileException e) {
            return null;
          }
        });
  }

  @Override
  public Future<Void> delete(String key) {
    Path place = place(key);
    return blocking(
        () -> {
          if (Files.isRegularFile(place) && Files.deleteIfExists(place)) {
            force(place.getParent(), StandardOpenOption.READ);
          }
          return null;
        });
  }

  @Override
  public Future<ObjectPage> list(String prefix, String after, int limit) {
    ObjectKey.checkPrefix(prefix);
    return blocking(() -> tree.list(prefix, after, limit));
  }

  @Override
  public Future<String> ping() {
    return blocking(
        () -> {
          if (!Files.isWritable(objects)) {
            throw ApiException.unavailable("The object store's directory cannot be written.");
          }
          return "objects are kept in a local directory";
        });
  }

  @Override
  public Future<Void> close() {
    return threads.close();
  }

  private Path place(String key) {
    return objects.resolve(ObjectKey.check(key));
  }

  private Path temporary() {
    return unfinished.resolve(UUID.randomUUID().toString());
  }

  private <T> Future<T> blocking(Callable<T> work) {
    return threads.executeBlocking(work, false);
  }

  private static boolean isMissing(Throwable cause) {
    return cause instanceof NoSuchFileException || cause.getCause() instanceof NoSuchFileException;
  }
}
