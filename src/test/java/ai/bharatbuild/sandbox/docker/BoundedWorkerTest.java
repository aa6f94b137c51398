package ai.bharatbuild.sandbox.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.bharatbuild.sandbox.RuntimeUnavailableException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BoundedWorkerTest {
  private static final Duration LONG = Duration.ofSeconds(30);
  private final Vertx vertx = Vertx.vertx();
  private final BoundedWorker worker = new BoundedWorker(vertx, "bounded-test", 1, 1);

  @AfterEach
  void close() throws TimeoutException {
    vertx.close().await(30, TimeUnit.SECONDS);
  }

  @Test
  void interruptsACallThatTakesTooLongAndNoOther() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    Future<?> stuck =
        worker.call(
            Duration.ofMillis(50),
            () -> {
              never.await();
              return null;
            });
    assertThatThrownBy(() -> stuck.await(30, TimeUnit.SECONDS))
        .isInstanceOf(TimeoutException.class);
    assertThat(worker.call(LONG, Thread::interrupted).await(30, TimeUnit.SECONDS)).isFalse();
  }

  @Test
  void refusesWhatItHasNoRoomFor() throws Exception {
    CountDownLatch open = new CountDownLatch(1);
    Future<Boolean> running = worker.call(LONG, () -> open.await(30, TimeUnit.SECONDS));
    Future<Boolean> waiting = worker.call(LONG, () -> true);
    Future<Boolean> refused = worker.call(LONG, () -> true);
    assertThat(refused.cause()).isInstanceOf(RuntimeUnavailableException.class);
    open.countDown();
    assertThat(running.await(30, TimeUnit.SECONDS)).isTrue();
    assertThat(waiting.await(30, TimeUnit.SECONDS)).isTrue();
    assertThat(worker.call(LONG, () -> true).await(30, TimeUnit.SECONDS)).isTrue();
  }
}
