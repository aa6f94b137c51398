package ai.bharatbuild.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import ai.bharatbuild.telemetry.Health.Check;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HealthTest {
  private final Vertx vertx = Vertx.vertx();

  @AfterEach
  void close() {
    vertx.close().await();
  }

  @Test
  void aPartThatHangsIsDownAndHoldsUpNoOther() throws Exception {
    Health health =
        new Health("1", Duration.ofMillis(50))
            .add("hanging", () -> Promise.<Check>promise().future())
            .add("failing", () -> Future.failedFuture("broken"))
            .add("throwing", HealthTest::thrown)
            .add("fine", () -> Future.succeededFuture(Check.ok("here")));
    health.start(vertx).await(30, TimeUnit.SECONDS);

    assertThat(health.report().status()).isEqualTo("degraded");
    assertThat(health.report().checks())
        .containsEntry("hanging", Check.down("No answer within 50 ms."))
        .containsEntry("failing", Check.down("broken"))
        .containsEntry("throwing", Check.down("at once"))
        .containsEntry("fine", Check.ok("here"));
  }

  private static Future<Check> thrown() {
    throw new IllegalStateException("at once");
  }
}
