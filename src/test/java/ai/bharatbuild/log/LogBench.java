package ai.bharatbuild.log;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.buffer.Buffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** What the tests of logs share: a Vert.x, a writer's context, and events that can be checked. */
final class LogBench implements AutoCloseable {
  /** Small enough that a few hundred events go through memory, disk and dropping. */
  static final LogLimits TINY =
      new LogLimits(12_000, 1_000, 4_000, 1_500, 300, Duration.ofMillis(200), Duration.ofMillis(1));

  static final int DISK_THREADS = 2;

  final Vertx vertx = Vertx.vertx();
  final WorkerExecutor worker = vertx.createSharedWorkerExecutor("logs", DISK_THREADS);
  final Context writer = vertx.getOrCreateContext();

  /** Raw bytes of an event, different from one to the next and known from the id. */
  static long raw(long id) {
    return id * 2_654_435_761L % 251;
  }

  static long rawBetween(long from, long to) {
    long sum = 0;
    for (long id = from; id <= to; id++) {
      sum += raw(id);
    }
    return sum;
  }

  static Buffer json(long id) {
    String text = id + ":" + "é\\n".repeat((int) raw(id) / 4);
    return Buffer.buffer("{\"type\":\"stdout\",\"data\":\"" + text + "\"}");
  }

  static void append(EventLog log, long count) {
    for (long i = 0; i < count; i++) {
      long id = log.lastId() + 1;
      if (log.append(json(id), raw(id)) != id) {
        throw new AssertionError("ids must follow one another");
      }
    }
  }

  static Future<Void> end(EventLog log) {
    long id = log.lastId() + 1;
    return log.end(json(id), raw(id));
  }

  EventLog create(Path directory, LogLimits limits) {
    return onWriter(
        () -> Future.succeededFuture(EventLog.create(vertx, worker, directory, limits)));
  }

  EventLog open(Path directory, LogLimits limits) {
    return onWriter(() -> EventLog.open(vertx, worker, directory, limits));
  }

  void append(EventLog log, int count, boolean flush) {
    onWriter(
        () -> {
          append(log, count);
          return flush ? log.flush() : Future.succeededFuture();
        });
  }

  /** Runs something on the writer's context and waits for what it starts. */
  <T> T onWriter(Supplier<Future<T>> action) {
    return on(writer, action);
  }

  static <T> T on(Context context, Supplier<Future<T>> action) {
    return await(
        Future.future(promise -> context.runOnContext(_ -> action.get().onComplete(promise))));
  }

  static <T> T await(Future<T> future) {
    try {
      return future.await(60, TimeUnit.SECONDS);
    } catch (java.util.concurrent.TimeoutException e) {
      throw new AssertionError("nothing happened for a minute", e);
    }
  }

  /** Reads until there is no more, and checks each record on the way. */
  void drain(LogReader reader, Transcript transcript, int max) {
    while (true) {
      Buffer records = onWriter(() -> reader.next(max));
      if (records.length() == 0) {
        return;
      }
      transcript.add(records.toString(UTF_8));
    }
  }

  @Override
  public void close() {
    await(vertx.close());
  }
}
