package ai.bharatbuild.kv;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A shared store with a private one to fall back on. When the shared store is lost, the call at
 * hand and those after it are served by the private one, so that limits hold on each server by
 * itself; meanwhile the shared one is tried every so often, and used again once a value can be
 * written to it. Nothing is copied from one to the other. Safe on any thread.
 */
public final class FailoverStore implements KeyValueStore {
  private static final Logger LOG = LoggerFactory.getLogger(FailoverStore.class);
  private static final String PROBE = "probe";
  private static final Duration PROBE_LIFE = Duration.ofSeconds(10);

  private final Vertx vertx;
  private final KeyValueStore shared;
  private final KeyValueStore own;
  private final long retryMs;

  /** Why the shared store is not used; null while it is. */
  private final AtomicReference<String> trouble = new AtomicReference<>();

  private volatile boolean closed;

  /**
   * @param retryMs time between two tries to get back to the shared store
   */
  public FailoverStore(Vertx vertx, KeyValueStore shared, KeyValueStore own, long retryMs) {
    this.vertx = vertx;
    this.shared = shared;
    this.own = own;
    this.retryMs = retryMs;
  }

  /** Why the shared store is not in use, or null. */
  public String trouble() {
    return trouble.get();
  }

  /** Looks whether the shared store can be used; never fails. */
  public Future<Void> probe() {
    return write().<Void>mapEmpty().recover(this::lost);
  }

  @Override
  public Future<String> get(String key) {
    return call(store -> store.get(key));
  }

  @Override
  public Future<Void> put(String key, String value, Duration ttl) {
    return call(store -> store.put(key, value, ttl));
  }

  @Override
  public Future<Boolean> putIfAbsent(String key, String value, Duration ttl) {
    return call(store -> store.putIfAbsent(key, value, ttl));
  }

  @Override
  public Future<Boolean> replace(String key, String expected, String value, Duration ttl) {
    return call(store -> store.replace(key, expected, value, ttl));
  }

  @Override
  public Future<Boolean> delete(String key) {
    return call(store -> store.delete(key));
  }

  @Override
  public Future<Long> increment(String key, long by, Duration ttl) {
    return call(store -> store.increment(key, by, ttl));
  }

  @Override
  public Future<Decision> admit(List<Bucket> buckets) {
    return call(store -> store.admit(buckets));
  }

  @Override
  public Future<Void> close() {
    closed = true;
    return shared.close().eventually(own::close);
  }

  private <T> Future<T> call(Function<KeyValueStore, Future<T>> operation) {
    if (trouble.get() != null) {
      return operation.apply(own);
    }
    return operation
        .apply(shared)
        .recover(
            e ->
                e instanceof StoreUnavailableException
                    ? lost(e).compose(v -> operation.apply(own))
                    : Future.failedFuture(e));
  }

  private Future<Void> write() {
    return shared.put(PROBE, "", PROBE_LIFE);
  }

  private Future<Void> lost(Throwable e) {
    if (!closed && trouble.compareAndSet(null, String.valueOf(e.getMessage()))) {
      LOG.warn("the shared store is lost, this server goes on alone: {}", e.getMessage());
      tryLater();
    }
    return Future.succeededFuture();
  }

  private void tryLater() {
    if (!closed) {
      vertx.setTimer(retryMs, id -> write().onComplete(v -> back(), e -> tryLater()));
    }
  }

  private void back() {
    trouble.set(null);
    LOG.info("the shared store is used again");
  }
}
