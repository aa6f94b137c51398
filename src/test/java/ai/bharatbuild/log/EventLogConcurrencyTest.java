package ai.bharatbuild.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.VertxInternal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One writer at full speed, readers on several threads that come, go and resume. */
class EventLogConcurrencyTest {
  private static final int EVENTS = 60_000;

  @TempDir Path directory;
  private final LogBench bench = new LogBench();

  @AfterEach
  void stop() {
    bench.close();
  }

  @Test
  void nobodyMissesAnythingThatIsKept() {
    LogLimits keepAll = LogBench.TINY.withRetain(1L << 30);
    for (Follower follower : follow(keepAll)) {
      assertThat(follower.transcript.given()).isEqualTo(EVENTS);
      assertThat(follower.transcript.missed()).isZero();
    }
  }

  @Test
  void everythingDroppedIsCounted() {
    for (Follower follower : follow(LogBench.TINY)) {
      Transcript transcript = follower.transcript;
      assertThat(transcript.given() + transcript.missed()).isEqualTo(EVENTS);
    }
  }

  private List<Follower> follow(LogLimits limits) {
    EventLog log = bench.create(directory, limits);
    List<Follower> followers = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      Context context = ((VertxInternal) bench.vertx).createEventLoopContext();
      Follower follower = new Follower(log, context, i);
      followers.add(follower);
      context.runOnContext(_ -> follower.attach());
    }
    Promise<Void> written = Promise.promise();
    bench.writer.runOnContext(_ -> new Producer(log, bench.writer, written).run());
    LogBench.await(written.future());
    followers.forEach(follower -> LogBench.await(follower.done.future()));
    return followers;
  }

  /** Appends in small turns and pauses when it is told to. */
  private record Producer(EventLog log, Context context, Promise<Void> written)
      implements Runnable {

    @Override
    public void run() {
      for (int i = 0; i < 7 && !log.writeQueueFull(); i++) {
        if (log.lastId() == EVENTS - 1) {
          LogBench.end(log).onComplete(written);
          return;
        }
        LogBench.append(log, 1);
      }
      if (log.writeQueueFull()) {
        log.drainHandler(this);
      } else {
        context.runOnContext(_ -> run());
      }
    }
  }

  /** Reads by wake-ups, and now and then goes away and comes back with its last id. */
  private static final class Follower {
    private final EventLog log;
    private final Context context;
    private final Random random;
    private final Transcript transcript = new Transcript(0);
    private final Promise<Void> done = Promise.promise();
    private LogReader reader;

    Follower(EventLog log, Context context, int seed) {
      this.log = log;
      this.context = context;
      this.random = new Random(seed);
    }

    void attach() {
      reader = log.reader(transcript.last());
      reader.onMore(this::read);
      read();
    }

    private void read() {
      reader.next(1 + random.nextInt(3_000)).onComplete(this::take, done::tryFail);
    }

    private void take(Buffer records) {
      try {
        transcript.add(records.toString(UTF_8));
      } catch (AssertionError e) {
        done.tryFail(e);
        return;
      }
      assertThat(reader.lastEventId()).isEqualTo(transcript.last());
      if (reader.ended()) {
        done.complete();
      } else if (random.nextInt(50) == 0) {
        reader.close();
        context.runOnContext(_ -> attach());
      } else if (records.length() > 0) {
        context.runOnContext(_ -> read());
      }
    }
  }

  @Test
  void aReadDuringAReadIsRefused() {
    EventLog log = bench.create(directory, LogBench.TINY.withRetain(1 << 20));
    bench.append(log, 200, true);
    // Only what is on disk, and no longer in memory, takes a moment to be read; here a long one.
    bench.onWriter(log::flush);
    LogReader reader = bench.onWriter(() -> Future.succeededFuture(log.reader(0)));
    CountDownLatch tried = new CountDownLatch(1);
    for (int thread = 0; thread < LogBench.DISK_THREADS; thread++) {
      bench.worker.executeBlocking(() -> tried.await(20, TimeUnit.SECONDS), false);
    }
    boolean refused =
        bench.onWriter(
            () -> {
              Future<Buffer> first = reader.next(10);
              boolean failed = reader.next(10).failed();
              tried.countDown();
              return first.map(failed);
            });
    assertThat(refused).isTrue();
  }
}
