package ai.bharatbuild.db;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes what is added to it in batches, one after another, off the path of whoever adds. A batch
 * that fails is written again until it succeeds, so writing it twice must do no harm; one that can
 * never succeed is halved until what is wrong with it stands alone and is left out. What waits is
 * bounded: beyond that, additions are counted and forgotten. Safe on any thread.
 */
public final class BatchWriter<T> {
  private static final Logger LOG = LoggerFactory.getLogger(BatchWriter.class);

  /** Time that additions wait for company. */
  private static final long GATHER_MS = 200;

  private static final long MAX_PAUSE_MS = 5_000;

  /**
   * How items are written.
   *
   * @param <T> what is written
   */
  public interface Write<T> {
    /** Writes all or nothing. */
    Future<?> all(List<T> items);

    /** Whether a batch that failed so will always fail. */
    boolean hopeless(Throwable failure);
  }

  private final Vertx vertx;

  /** No verticle's: the timers of a verticle that ends never come. */
  private final Context own;

  private final String name;
  private final int maxWaiting;
  private final int batchSize;
  private final Write<T> write;
  private final ConcurrentLinkedQueue<T> queue = new ConcurrentLinkedQueue<>();

  /** Added and neither written nor given up. */
  private final AtomicInteger waiting = new AtomicInteger();

  private final AtomicLong lost = new AtomicLong();
  private final AtomicBoolean running = new AtomicBoolean();
  private volatile String trouble;
  private volatile boolean closing;
  private volatile boolean closed;
  private final Promise<Void> empty = Promise.promise();

  /**
   * @param name of the items, in the plural, for people
   * @param maxWaiting items kept in memory
   * @param batchSize items written at once
   */
  public BatchWriter(Vertx vertx, String name, int maxWaiting, int batchSize, Write<T> write) {
    this.vertx = vertx;
    this.own = ((VertxInternal) vertx).createEventLoopContext();
    this.name = name;
    this.maxWaiting = maxWaiting;
    this.batchSize = batchSize;
    this.write = write;
  }

  /** Takes an item to be written soon; false when there is no room for it, which is counted. */
  public boolean add(T item) {
    if (closed || waiting.incrementAndGet() > maxWaiting) {
      if (!closed) {
        waiting.decrementAndGet();
      }
      if (lost.getAndIncrement() == 0) {
        LOG.error("{} are lost: {} of them wait to be written", name, maxWaiting);
      }
      return false;
    }
    queue.add(item);
    if (running.compareAndSet(false, true)) {
      own.runOnContext(v -> vertx.setTimer(GATHER_MS, id -> next()));
    }
    return true;
  }

  public int waiting() {
    return waiting.get();
  }

  /** Items that were never written and never will be. */
  public long lost() {
    return lost.get();
  }

  /** Whether the last try failed; the log says why. */
  public boolean troubled() {
    return trouble != null;
  }

  /** Writes what waits, for as long as is given; completes with what had to be left. */
  public Future<Integer> close(Duration patience) {
    closing = true;
    if (running.compareAndSet(false, true)) {
      next();
    }
    return empty
        .future()
        .timeout(patience.toMillis(), TimeUnit.MILLISECONDS)
        .transform(
            done -> {
              closed = true;
              int left = waiting.get();
              if (left > 0) {
                lost.addAndGet(left);
                LOG.error("{} {} could not be written before the end: {}", left, name, trouble);
              }
              return Future.succeededFuture(left);
            });
  }

  private void next() {
    List<T> batch = new ArrayList<>();
    while (batch.size() < batchSize) {
      T item = queue.poll();
      if (item == null) {
        break;
      }
      batch.add(item);
    }
    if (batch.isEmpty()) {
      rest();
    } else {
      boolean more = batch.size() == batchSize;
      write(batch, GATHER_MS).onComplete(done -> soon(more));
    }
  }

  /** What comes while little waits gathers again: many small batches cost more than a few. */
  private void soon(boolean more) {
    if (more || closing || queue.isEmpty()) {
      next();
    } else {
      vertx.setTimer(GATHER_MS, id -> next());
    }
  }

  /** Nothing waits; whoever adds next begins again. */
  private void rest() {
    running.set(false);
    if (!queue.isEmpty() && running.compareAndSet(false, true)) {
      next();
    } else if (closing) {
      empty.tryComplete();
    }
  }

  /** Completes, always with success, when each item is written or given up. */
  private Future<Void> write(List<T> batch, long pauseMs) {
    return attempt(batch)
        .<Void>map(
            written -> {
              trouble = null;
              waiting.addAndGet(-batch.size());
              return null;
            })
        .recover(e -> write.hopeless(e) ? split(batch, e) : again(batch, pauseMs, e));
  }

  private Future<?> attempt(List<T> batch) {
    try {
      return write.all(batch);
    } catch (RuntimeException e) {
      return Future.failedFuture(e);
    }
  }

  private Future<Void> split(List<T> batch, Throwable cause) {
    if (batch.size() == 1) {
      waiting.decrementAndGet();
      lost.incrementAndGet();
      LOG.error("one of {} cannot be written and is left out", name, cause);
      return Future.succeededFuture();
    }
    int half = batch.size() / 2;
    return write(batch.subList(0, half), GATHER_MS)
        .compose(v -> write(batch.subList(half, batch.size()), GATHER_MS));
  }

  private Future<Void> again(List<T> batch, long pauseMs, Throwable cause) {
    if (trouble == null) {
      LOG.warn("{} wait in memory until they can be written: {}", name, cause.getMessage());
    }
    trouble = String.valueOf(cause.getMessage());
    if (closed) {
      return Future.succeededFuture();
    }
    return vertx
        .timer(pauseMs, TimeUnit.MILLISECONDS)
        .compose(v -> write(batch, Math.min(2 * pauseMs, MAX_PAUSE_MS)));
  }
}
