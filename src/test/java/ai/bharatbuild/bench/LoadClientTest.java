package ai.bharatbuild.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A load generator that takes errors for throughput measures nothing. */
class LoadClientTest {
  private static final Buffer REQUEST = Buffer.buffer("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
  private static final Duration SHORT = Duration.ofMillis(50);

  private Vertx vertx;

  @BeforeEach
  void start() {
    vertx = Vertx.vertx();
  }

  @AfterEach
  void stop() throws InterruptedException {
    LoadClient.await(vertx.close());
  }

  @Test
  void countsEveryAnswerOnce() throws InterruptedException {
    AtomicInteger served = new AtomicInteger();
    try (LoadClient load =
        clientOf(
            request -> {
              served.incrementAndGet();
              request.response().end("ok");
            })) {
      LoadClient.Result result = load.run(4, SHORT, connection -> REQUEST);
      assertThat(result.count()).isEqualTo(served.get()).isGreaterThanOrEqualTo(4);
      assertThat(result.seconds()).isGreaterThanOrEqualTo(0.05);
      assertThat(result.rate()).isPositive();
    }
  }

  @Test
  void readsAnswersThatComeInPieces() throws InterruptedException {
    String large = "x".repeat(1 << 20);
    try (LoadClient load = clientOf(request -> request.response().end(large))) {
      assertThat(load.run(2, SHORT, connection -> REQUEST).count()).isGreaterThanOrEqualTo(2);
    }
  }

  @Test
  void failsAtAnotherStatusAlsoAfterGoodAnswers() throws InterruptedException {
    AtomicInteger served = new AtomicInteger();
    try (LoadClient load =
        clientOf(
            request ->
                request
                    .response()
                    .setStatusCode(served.incrementAndGet() > 20 ? 503 : 200)
                    .end("busy"))) {
      assertThatThrownBy(() -> load.run(4, Duration.ofSeconds(30), connection -> REQUEST))
          .isInstanceOf(BenchFailure.class)
          .hasMessageContaining("not 200")
          .hasMessageContaining("503");
    }
  }

  @Test
  void failsWhereTheServerHangsUp() throws InterruptedException {
    try (LoadClient load = clientOf(request -> request.connection().close())) {
      assertThatThrownBy(() -> load.run(1, SHORT, connection -> REQUEST))
          .isInstanceOf(BenchFailure.class)
          .hasMessageContaining("closed");
    }
  }

  private LoadClient clientOf(Handler<HttpServerRequest> handler) throws InterruptedException {
    return new LoadClient(
        LoadClient.await(vertx.createHttpServer().requestHandler(handler).listen(0, "127.0.0.1"))
            .actualPort());
  }
}
