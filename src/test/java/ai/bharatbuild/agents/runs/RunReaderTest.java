package ai.bharatbuild.agents.runs;

import static org.assertj.core.api.Assertions.assertThat;

import ai.bharatbuild.log.EventLog;
import ai.bharatbuild.log.LogLimits;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.buffer.Buffer;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunReaderTest {
  private static final int CHUNK = 1 << 16;

  @TempDir Path directory;
  private final Vertx vertx = Vertx.vertx();
  private final WorkerExecutor disk = vertx.createSharedWorkerExecutor("disk", 1);

  @AfterEach
  void stop() throws Exception {
    await(vertx.close());
  }

  @Test
  void whatIsNotOnDiskIsNotHeard() throws Exception {
    CountDownLatch slow = new CountDownLatch(1);
    Context context = vertx.getOrCreateContext();
    RunLog log =
        on(
            context,
            () ->
                new RunLog(
                    EventLog.create(vertx, disk, directory.resolve("log"), LogLimits.DEFAULT),
                    context));
    disk.executeBlocking(
        () -> {
          slow.await();
          return null;
        },
        false);
    log.tell("status", Map.of("message", "Writing a.js"));
    Context reading = vertx.getOrCreateContext();
    RunReader reader = on(reading, () -> log.reader(0));
    Future<Buffer> heard = on(reading, () -> reader.next(CHUNK));
    // Whatever was told before this on the log's context has come to it.
    on(context, () -> null);
    on(reading, () -> null);
    assertThat(heard.isComplete()).isFalse();

    slow.countDown();

    assertThat(await(heard).toString()).contains("id: 1", "Writing a.js");
    assertThat(await(on(reading, () -> reader.next(CHUNK))).length()).isZero();
  }

  private static <T> T on(Context context, Callable<T> work) throws Exception {
    CompletableFuture<T> done = new CompletableFuture<>();
    context.runOnContext(
        v -> {
          try {
            done.complete(work.call());
          } catch (Exception e) {
            done.completeExceptionally(e);
          }
        });
    return done.get(20, TimeUnit.SECONDS);
  }

  private static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
  }
}
