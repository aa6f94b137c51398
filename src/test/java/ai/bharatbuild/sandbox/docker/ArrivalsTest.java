package ai.bharatbuild.sandbox.docker;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArrivalsTest {
  private static final Duration LONG = Duration.ofSeconds(20);

  @TempDir Path temp;

  @Test
  void whatIsThereIsNotAwaited() throws Exception {
    try (Arrivals arrivals = new Arrivals()) {
      assertThat(arrivals.await(Files.createFile(temp.resolve("f")), Duration.ZERO)).isTrue();
    }
  }

  @Test
  void whatDoesNotComeIsGivenUp() throws Exception {
    try (Arrivals arrivals = new Arrivals()) {
      assertThat(arrivals.await(temp.resolve("f"), Duration.ofMillis(50))).isFalse();
    }
  }

  /** Each is told of its own file, also those that come after others are done. */
  @Test
  void manyWaitAtOnce() throws Exception {
    try (Arrivals arrivals = new Arrivals();
        ExecutorService waiters = Executors.newFixedThreadPool(12)) {
      List<Path> files = new ArrayList<>();
      List<Future<Boolean>> waiting = new ArrayList<>();
      for (int i = 0; i < 12; i++) {
        // Two in each directory.
        Path file = Files.createDirectories(temp.resolve("d" + i / 2)).resolve("f" + i);
        files.add(file);
        waiting.add(waiters.submit(() -> arrivals.await(file, LONG)));
      }
      for (int i = 0; i < files.size(); i++) {
        assertThat(waiting.get(i).isDone()).isFalse();
        Files.createFile(files.get(i));
        assertThat(waiting.get(i).get(10, TimeUnit.SECONDS)).isTrue();
      }
    }
  }
}
