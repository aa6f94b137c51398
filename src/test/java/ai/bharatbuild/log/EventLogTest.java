package ai.bharatbuild.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.VertxInternal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventLogTest {
  @TempDir Path directory;
  private final LogBench bench = new LogBench();

  @AfterEach
  void stop() {
    bench.close();
  }

  private LogReader reader(EventLog log, long lastEventId) {
    return bench.onWriter(() -> Future.succeededFuture(log.reader(lastEventId)));
  }

  @Test
  void recordsAreReadyToSend() {
    EventLog log = bench.create(directory, LogLimits.DEFAULT);
    bench.onWriter(() -> Future.succeededFuture(log.append(Buffer.buffer("{\"type\":\"a\"}"), 0)));
    LogReader reader = reader(log, 0);
    Buffer records = bench.onWriter(() -> reader.next(1));
    assertThat(records).hasToString("id: 1\ndata: {\"type\":\"a\"}\n\n");
  }

  @Test
  void anIdBeyondTheEndIsTheEnd() {
    EventLog log = bench.create(directory, LogLimits.DEFAULT);
    bench.append(log, 3, false);
    LogReader reader = reader(log, 99);
    Transcript transcript = new Transcript(3);
    bench.drain(reader, transcript, 1000);
    bench.append(log, 2, false);
    bench.drain(reader, transcript, 1000);
    assertThat(transcript.given()).isEqualTo(2);
  }

  @Test
  void fewEventsAreOnDiskSoonWithoutBeingAskedFor() throws Exception {
    EventLog log = bench.create(directory.resolve("new"), LogLimits.DEFAULT);
    bench.append(log, 3, false);
    long deadline = System.nanoTime() + 20_000_000_000L;
    while (log.diskBytes() == 0 && System.nanoTime() < deadline) {
      Thread.onSpinWait();
    }
    assertThat(bench.open(directory.resolve("new"), LogLimits.DEFAULT).lastId()).isEqualTo(3);
  }

  @Test
  void theLastEventIsOnDiskWhenTheEndCompletesAndMemoryIsFree() {
    EventLog log = bench.create(directory, LogLimits.DEFAULT);
    bench.append(log, 50, false);
    bench.onWriter(() -> LogBench.end(log));
    assertThat(log.heapBytes()).isZero();
    EventLog again = bench.open(directory, LogLimits.DEFAULT);
    assertThat(again.ended()).isTrue();
    Transcript transcript = new Transcript(0);
    LogReader reader = reader(again, 0);
    bench.drain(reader, transcript, 500);
    assertThat(transcript.last()).isEqualTo(51);
    assertThat(reader.ended()).isTrue();
    assertThatThrownBy(() -> again.append(Buffer.buffer("{}"), 0))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aTornLastRecordIsIgnoredWhereverItIsTorn() throws IOException {
    EventLog log = bench.create(directory, LogLimits.DEFAULT);
    bench.append(log, 4, true);
    Path segment = directory.resolve("1-0.sse");
    byte[] whole = Files.readAllBytes(segment);
    int fourth = Records.length(4, LogBench.json(4).length());
    for (int torn = 1; torn <= fourth; torn++) {
      Files.write(segment, Arrays.copyOf(whole, whole.length - torn));
      EventLog again = bench.open(directory, LogLimits.DEFAULT);
      assertThat(again.lastId()).isEqualTo(3);
      assertThat(again.ended()).isFalse();
    }
    EventLog again = bench.open(directory, LogLimits.DEFAULT);
    bench.onWriter(() -> LogBench.end(again));
    EventLog last = bench.open(directory, LogLimits.DEFAULT);
    assertThat(last.ended()).isTrue();
    Transcript transcript = new Transcript(0);
    bench.drain(reader(last, 0), transcript, 100);
    assertThat(transcript.given()).isEqualTo(4);
  }

  @Test
  void anEndThatIsTornOffIsNoEnd() throws IOException {
    EventLog log = bench.create(directory, LogLimits.DEFAULT);
    bench.append(log, 2, false);
    bench.onWriter(() -> LogBench.end(log));
    Path segment = directory.resolve("1-0.sse");
    byte[] whole = Files.readAllBytes(segment);
    Files.write(segment, Arrays.copyOf(whole, whole.length - 1));
    EventLog again = bench.open(directory, LogLimits.DEFAULT);
    assertThat(again.ended()).isFalse();
    assertThat(again.lastId()).isEqualTo(2);
    Files.write(segment, new byte[64], StandardOpenOption.APPEND);
    assertThat(bench.open(directory, LogLimits.DEFAULT).lastId()).isEqualTo(2);
  }

  @Test
  void aSegmentThatIsGoneIsAGapNotAnError() throws IOException {
    EventLog log = bench.create(directory, LogBench.TINY);
    for (int i = 0; i < 6; i++) {
      bench.append(log, 10, true);
    }
    Files.delete(directory.resolve("1-0.sse"));
    Transcript transcript = new Transcript(0);
    bench.drain(reader(log, 0), transcript, 500);
    assertThat(transcript.last()).isEqualTo(60);
    assertThat(transcript.missed()).isPositive();
  }

  @Test
  void aReaderThatSleptIsToldExactlyWhatItLost() {
    EventLog log = bench.create(directory, LogBench.TINY);
    bench.append(log, 5, true);
    LogReader sleeper = reader(log, 0);
    Transcript told = new Transcript(0);
    told.add(bench.onWriter(() -> sleeper.next(100)).toString());
    long before = told.last();
    for (int i = 0; i < 30; i++) {
      bench.append(log, 10, true);
    }
    bench.drain(sleeper, told, 1_000);
    assertThat(told.last()).isEqualTo(305);
    assertThat(told.missed()).isPositive();
    long kept = LogBench.rawBetween(before + told.missed() + 1, 305);
    assertThat(kept).isBetween(LogBench.TINY.retain(), LogBench.TINY.retain() + 2_500);
  }

  @Test
  void theProducerIsHeldUpOnlyWhileTheDiskIsBehind() {
    EventLog log = bench.create(directory, LogBench.TINY);
    Promise<Void> drained = Promise.promise();
    boolean full =
        bench.onWriter(
            () -> {
              log.drainHandler(drained::tryComplete);
              assertThat(log.writeQueueFull()).isFalse();
              LogBench.append(log, 60);
              return Future.succeededFuture(log.writeQueueFull());
            });
    assertThat(full).isTrue();
    LogBench.await(drained.future());
    assertThat(bench.onWriter(() -> Future.succeededFuture(log.writeQueueFull()))).isFalse();
  }

  @Test
  void aReaderIsWokenOnceUntilItIsReadAgain() {
    EventLog log = bench.create(directory, LogLimits.DEFAULT);
    AtomicInteger woken = new AtomicInteger();
    LogReader reader = reader(log, 0);
    reader.onMore(woken::incrementAndGet);
    bench.append(log, 3, true);
    assertThat(woken).hasValue(0);
    Transcript transcript = new Transcript(0);
    bench.drain(reader, transcript, 100);
    bench.append(log, 1, true);
    bench.append(log, 1, true);
    assertThat(woken).hasValue(1);
    bench.drain(reader, transcript, 100);
    reader.close();
    bench.append(log, 1, true);
    assertThat(woken).hasValue(1);
  }

  @Test
  void thousandsOfWaitingReadersAreEachWokenOnceForALine() {
    EventLog log = bench.create(directory, LogLimits.DEFAULT);
    int count = 3_000;
    AtomicInteger woken = new AtomicInteger();
    Promise<Void> all = Promise.promise();
    List<LogReader> readers = new ArrayList<>();
    for (int c = 0; c < 3; c++) {
      Context context = ((VertxInternal) bench.vertx).createEventLoopContext();
      for (int i = 0; i < count / 3; i++) {
        readers.add(
            LogBench.on(
                context,
                () -> {
                  LogReader reader = log.reader(0);
                  reader.onMore(
                      () -> {
                        if (woken.incrementAndGet() == count - 1) {
                          all.complete();
                        }
                      });
                  return reader.next(100).map(reader);
                }));
      }
    }
    readers.get(1_500).close();
    bench.append(log, 1, false);
    LogBench.await(all.future());
    bench.append(log, 1, true);
    assertThat(woken).hasValue(count - 1);
  }

  @Test
  void aDeletedLogEndsItsReaders() {
    EventLog log = bench.create(directory.resolve("log"), LogBench.TINY);
    bench.append(log, 40, true);
    bench.append(log, 5, false);
    bench.onWriter(log::delete);
    assertThat(directory.resolve("log")).doesNotExist();
    LogReader reader = reader(log, 0);
    Transcript transcript = new Transcript(0);
    bench.drain(reader, transcript, 100);
    assertThat(transcript.missed()).isEqualTo(45);
    assertThat(reader.ended()).isTrue();
  }
}
