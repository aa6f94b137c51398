package ai.bharatbuild.bus;

import static org.assertj.core.api.Assertions.assertThat;

import ai.bharatbuild.problem.ApiException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import io.vertx.junit5.VertxTestContext;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
class BusTest {
  private record Question(String text) {}

  private record Reply(String text) {}

  private static final Address<Question, Reply> ECHO =
      Address.of("test.echo", Question.class, Reply.class);

  @Test
  void aRecordGoesThereAndAnotherComesBackByReference(Vertx vertx, VertxTestContext test) {
    Bus bus = Bus.install(vertx);
    Reply reply = new Reply("same");
    bus.serve(ECHO, "1", question -> Future.succeededFuture(reply))
        .compose(v -> bus.ask(ECHO, "1", new Question("?")))
        .onComplete(
            test.succeeding(
                got -> {
                  test.verify(() -> assertThat(got).isSameAs(reply));
                  test.completeNow();
                }));
  }

  @Test
  void aProblemComesBackAsItWas(Vertx vertx, VertxTestContext test) {
    Bus bus = Bus.install(vertx);
    bus.serve(ECHO, "1", q -> Future.failedFuture(ApiException.tooLarge("big", 1, 2)))
        .compose(v -> bus.ask(ECHO, "1", new Question("?")))
        .onComplete(
            test.failing(
                e -> {
                  test.verify(
                      () -> {
                        assertThat(e).isInstanceOf(ApiException.class);
                        assertThat(((ApiException) e).problem().limit()).isEqualTo(1);
                        assertThat(((ApiException) e).problem().code()).isEqualTo("too_large");
                      });
                  test.completeNow();
                }));
  }

  @Test
  void aDefectBecomesAnInternalErrorThatTellsNothing(Vertx vertx, VertxTestContext test) {
    Bus bus = Bus.install(vertx);
    bus.serve(
            ECHO,
            "1",
            q -> {
              throw new IllegalStateException("secret");
            })
        .compose(v -> bus.ask(ECHO, "1", new Question("?")))
        .onComplete(
            test.failing(
                e -> {
                  test.verify(
                      () -> {
                        assertThat(((ApiException) e).problem().status()).isEqualTo(500);
                        assertThat(e.getMessage()).doesNotContain("secret");
                      });
                  test.completeNow();
                }));
  }

  @Test
  void aQuestionThatNobodyServesIsUnavailable(Vertx vertx, VertxTestContext test) {
    Bus.install(vertx)
        .ask(ECHO, "7", new Question("?"))
        .onComplete(
            test.failing(
                e -> {
                  test.verify(
                      () -> assertThat(((ApiException) e).problem().status()).isEqualTo(503));
                  test.completeNow();
                }));
  }

  @Test
  void shardsAreStableAndEven() {
    int[] counts = new int[4];
    IntStream.range(0, 4000).forEach(i -> counts[Integer.parseInt(Bus.shardOf("job-" + i, 4))]++);

    assertThat(Bus.shardOf("job-1", 4)).isEqualTo(Bus.shardOf("job-1", 4));
    assertThat(IntStream.of(counts)).allMatch(count -> count > 800 && count < 1200);
  }
}
