package ai.bharatbuild.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vertx.core.Future;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On a tmpfs of 64 KB, which takes root to mount. */
class EventLogDiskFullTest {
  /** Would keep far more than the disk has. */
  private static final LogLimits LIMITS =
      new LogLimits(
          1 << 20, 1_000, 16_000, 8_000, 2_000, Duration.ofMillis(200), Duration.ofMillis(1));

  @TempDir Path mount;
  private final LogBench bench = new LogBench();

  @BeforeEach
  void mountTinyDisk() throws Exception {
    assumeTrue(
        run("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", mount.toString()) == 0,
        "mounting a tmpfs takes root");
  }

  @AfterEach
  void unmount() throws Exception {
    bench.close();
    run("umount", mount.toString());
  }

  private static int run(String... command) throws IOException, InterruptedException {
    return new ProcessBuilder(command).inheritIO().start().waitFor();
  }

  private Transcript read(EventLog log, LogReader reader) {
    Transcript transcript = new Transcript(reader.lastEventId());
    bench.drain(reader, transcript, 5_000);
    assertThat(transcript.last()).isEqualTo(log.lastId());
    return transcript;
  }

  private LogReader reader(EventLog log, long lastEventId) {
    return bench.onWriter(() -> Future.succeededFuture(log.reader(lastEventId)));
  }

  @Test
  void theLogGoesOnInMemoryAndTellsWhatIsMissing() {
    EventLog log = bench.create(mount.resolve("log"), LIMITS);
    LogReader live = reader(log, 0);
    Transcript seen = new Transcript(0);
    for (int i = 0; i < 60; i++) {
      bench.append(log, 20, true);
      bench.drain(live, seen, 5_000);
      assertThat(bench.onWriter(() -> Future.succeededFuture(log.writeQueueFull()))).isFalse();
      assertThat(log.heapBytes()).isLessThan(2L * LIMITS.queue());
    }
    assertThat(seen.given()).isEqualTo(1_200);
    assertThat(seen.missed()).isZero();

    Transcript late = read(log, reader(log, 0));
    assertThat(late.missed()).isPositive();
    assertThat(late.given()).isGreaterThan(100);
    bench.onWriter(() -> LogBench.end(log));
    LogReader last = reader(log, 1_200);
    assertThat(read(log, last).given()).isEqualTo(1);
    assertThat(last.ended()).isTrue();
  }

  @Test
  void theProducerIsNotHeldUpByADiskThatTakesNothing() throws Exception {
    Files.write(mount.resolve("filler"), new byte[60_000]);
    EventLog log = bench.create(mount.resolve("log"), LIMITS);
    for (int i = 0; i < 10; i++) {
      bench.append(log, 100, true);
    }
    assertThat(bench.onWriter(() -> Future.succeededFuture(log.writeQueueFull()))).isFalse();
    Transcript late = read(log, reader(log, 0));
    assertThat(late.missed()).isPositive();
    assertThat(late.given()).isPositive();
  }

  @Test
  void writingGoesOnWhenThereIsRoomAgain() throws Exception {
    Files.write(mount.resolve("filler"), new byte[40_000]);
    EventLog log = bench.create(mount.resolve("log"), LIMITS);
    for (int i = 0; i < 20; i++) {
      bench.append(log, 20, true);
    }
    Files.delete(mount.resolve("filler"));
    bench.append(log, 5, true);
    bench.onWriter(() -> LogBench.end(log));
    assertThat(log.heapBytes()).isZero();

    Transcript before = read(log, reader(log, 0));
    EventLog again = bench.open(mount.resolve("log"), LIMITS);
    assertThat(again.ended()).isTrue();
    Transcript after = read(again, reader(again, 0));
    assertThat(after.given()).isEqualTo(before.given());
    assertThat(after.missed()).isEqualTo(before.missed()).isPositive();
  }
}
