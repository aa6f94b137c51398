package ai.bharatbuild.db;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BatchWriterTest {
  private final Vertx vertx = Vertx.vertx();
  private final Sink sink = new Sink();

  /** Where batches go; away, broken or whole, as the test wants it. */
  private static final class Sink implements BatchWriter.Write<Integer> {
    final List<Integer> written = Collections.synchronizedList(new ArrayList<>());
    volatile boolean away;

    @Override
    public Future<?> all(List<Integer> items) {
      if (away) {
        return Future.failedFuture("away");
      }
      if (items.contains(-1)) {
        return Future.failedFuture(new IllegalArgumentException("not a row"));
      }
      written.addAll(items);
      return Future.succeededFuture();
    }

    @Override
    public boolean hopeless(Throwable failure) {
      return failure instanceof IllegalArgumentException;
    }
  }

  @AfterEach
  void close() throws Exception {
    vertx.close().await(20, TimeUnit.SECONDS);
  }

  @Test
  void whatManyThreadsAddIsWrittenOnceBeforeTheEnd() throws Exception {
    BatchWriter<Integer> writer = new BatchWriter<>(vertx, "numbers", 100_000, 100, sink);
    List<Thread> threads = new ArrayList<>();
    for (int t = 0; t < 8; t++) {
      int first = t * 1000;
      threads.add(
          Thread.startVirtualThread(
              () -> IntStream.range(first, first + 1000).forEach(writer::add)));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(end(writer)).isZero();
    assertThat(sink.written).hasSize(8000).doesNotHaveDuplicates();
    assertThat(writer.lost()).isZero();
  }

  /** As when a server stops right after a call. */
  @Test
  void whatAVerticleAddedBeforeItsEndIsWritten() throws Exception {
    BatchWriter<Integer> writer = new BatchWriter<>(vertx, "numbers", 1000, 100, sink);
    String verticle =
        vertx
            .deployVerticle(
                new VerticleBase() {
                  @Override
                  public Future<?> start() {
                    writer.add(1);
                    return Future.succeededFuture();
                  }
                })
            .await(20, TimeUnit.SECONDS);
    vertx.undeploy(verticle).await(20, TimeUnit.SECONDS);
    assertThat(end(writer)).isZero();
    assertThat(sink.written).containsExactly(1);
  }

  @Test
  void whatCannotBeWrittenYetWaitsAndWhatFindsNoRoomIsCounted() throws Exception {
    sink.away = true;
    BatchWriter<Integer> writer = new BatchWriter<>(vertx, "numbers", 1000, 100, sink);
    int taken = 0;
    for (int i = 0; i < 1500; i++) {
      taken += writer.add(i) ? 1 : 0;
    }
    assertThat(taken).isEqualTo(1000);
    assertThat(writer.lost()).isEqualTo(500);
    sink.away = false;
    assertThat(end(writer)).isZero();
    assertThat(sink.written).hasSize(1000);
  }

  @Test
  void oneThatIsWrongDoesNotHoldUpTheOthers() throws Exception {
    BatchWriter<Integer> writer = new BatchWriter<>(vertx, "numbers", 1000, 100, sink);
    for (int i = 0; i < 250; i++) {
      writer.add(i == 30 || i == 131 ? -1 : i);
    }
    assertThat(end(writer)).isZero();
    assertThat(sink.written).hasSize(248).doesNotContain(-1);
    assertThat(writer.lost()).isEqualTo(2);
  }

  @Test
  void theEndDoesNotWaitForEver() throws Exception {
    sink.away = true;
    BatchWriter<Integer> writer = new BatchWriter<>(vertx, "numbers", 1000, 100, sink);
    writer.add(1);
    assertThat(writer.close(Duration.ofMillis(300)).await(20, TimeUnit.SECONDS)).isEqualTo(1);
    assertThat(writer.lost()).isEqualTo(1);
    assertThat(writer.add(2)).isFalse();
  }

  private static int end(BatchWriter<Integer> writer) throws Exception {
    return writer.close(Duration.ofSeconds(20)).await(30, TimeUnit.SECONDS);
  }
}
