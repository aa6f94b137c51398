package ai.bharatbuild.versions;

import ai.bharatbuild.storage.ByteRange;
import ai.bharatbuild.storage.ObjectBody;
import ai.bharatbuild.storage.ObjectPage;
import ai.bharatbuild.storage.ObjectStat;
import ai.bharatbuild.storage.ObjectStore;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.ReadStream;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * A store as a server sees it that is killed after so many changes: nothing changes from then on.
 */
final class DyingStore implements ObjectStore {
  private final ObjectStore real;
  private final AtomicInteger left;

  /**
   * @param left changes that still happen; stores that share it die together
   */
  DyingStore(ObjectStore real, AtomicInteger left) {
    this.real = real;
    this.left = left;
  }

  private Future<Void> change(Supplier<Future<Void>> change) {
    return left.getAndDecrement() > 0
        ? change.get()
        : Future.failedFuture(new IllegalStateException("the server is dead"));
  }

  @Override
  public Future<Void> put(String key, ReadStream<Buffer> content, long length) {
    return change(() -> real.put(key, content, length));
  }

  @Override
  public Future<Void> putFile(String key, Path file) {
    return change(() -> real.putFile(key, file));
  }

  @Override
  public Future<Void> putBytes(String key, Buffer bytes) {
    return change(() -> real.putBytes(key, bytes));
  }

  @Override
  public Future<Void> delete(String key) {
    return change(() -> real.delete(key));
  }

  @Override
  public Future<ObjectBody> get(String key, ByteRange range) {
    return real.get(key, range);
  }

  @Override
  public Future<ObjectStat> stat(String key) {
    return real.stat(key);
  }

  @Override
  public Future<ObjectPage> list(String prefix, String after, int limit) {
    return real.list(prefix, after, limit);
  }

  @Override
  public Future<String> ping() {
    return real.ping();
  }

  @Override
  public Future<Void> close() {
    return Future.succeededFuture();
  }
}
