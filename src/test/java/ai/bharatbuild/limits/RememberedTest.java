package ai.bharatbuild.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

class RememberedTest {
  private final Queue<Future<String>> source = new ArrayDeque<>();
  private final Remembered<String, String> answers =
      new Remembered<>(Duration.ZERO, key -> source.remove());

  private Future<String> never() {
    return Promise.<String>promise().future();
  }

  @Test
  void whatIsKnownIsNotWaitedForLong() {
    source.addAll(List.of(Future.succeededFuture("old"), never(), Future.succeededFuture("new")));
    assertThat(answers.get("a").await()).isEqualTo("old");
    long begun = System.nanoTime();
    assertThat(answers.get("a").await()).isEqualTo("old");
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofMillis(1_500));
    assertThat(answers.get("a").await()).isEqualTo("new");
  }

  @Test
  void whatIsNotKnownIsWaitedForLongerAndAskedAgain() {
    source.addAll(List.of(never(), Future.succeededFuture("there")));
    assertThatThrownBy(() -> answers.get("a").await()).isInstanceOf(TimeoutException.class);
    assertThat(answers.get("a").await()).isEqualTo("there");
  }
}
