package ai.bharatbuild.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.buffer.Buffer;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogFollowerTest {
  @TempDir Path directory;
  private final Vertx vertx = Vertx.vertx();
  private final WorkerExecutor disk = vertx.createSharedWorkerExecutor("disk", 1);
  private final Context context = vertx.getOrCreateContext();
  private EventLog log;

  @BeforeEach
  void open() throws Exception {
    log = on(() -> EventLog.create(vertx, disk, directory.resolve("log"), LogLimits.DEFAULT));
  }

  @AfterEach
  void stop() throws Exception {
    await(vertx.close());
  }

  private void append(int number) throws Exception {
    on(() -> log.append(Buffer.buffer("{\"n\":" + number + "}"), 1));
  }

  private void end() throws Exception {
    await(on(() -> log.end(Buffer.buffer("{\"n\":\"end\"}"), 1)));
  }

  @Test
  void allThatComesIsGivenInOrderUntilTheEnd() throws Exception {
    append(1);
    append(2);
    StringBuffer heard = new StringBuffer();
    CompletableFuture<Void> second = new CompletableFuture<>();
    Future<Void> followed =
        LogFollower.follow(
            vertx,
            log,
            1,
            records -> {
              heard.append(records);
              second.complete(null);
            });
    second.get(20, TimeUnit.SECONDS);
    assertThat(followed.isComplete()).isFalse();

    for (int i = 3; i < 1000; i++) {
      append(i);
    }
    end();
    await(followed);

    assertThat(heard.toString().lines().filter(line -> line.startsWith("id: ")).count())
        .isEqualTo(999);
    assertThat(heard.toString()).startsWith("id: 2\n").endsWith("data: {\"n\":\"end\"}\n\n");
  }

  @Test
  void anEndedLogIsFollowedToItsEnd() throws Exception {
    end();
    await(LogFollower.follow(vertx, log, Long.MAX_VALUE, records -> {}));
  }

  @Test
  void whatTheTakerThrowsEndsTheReading() throws Exception {
    append(1);
    Future<Void> followed =
        LogFollower.follow(
            vertx,
            log,
            0,
            records -> {
              throw new IllegalStateException("enough");
            });

    assertThatThrownBy(() -> await(followed)).hasRootCauseMessage("enough");
  }

  private <T> T on(Callable<T> work) throws Exception {
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
