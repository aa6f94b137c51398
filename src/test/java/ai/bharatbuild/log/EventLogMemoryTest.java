package ai.bharatbuild.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What logs and waiting readers cost. */
class EventLogMemoryTest {
  private static final long OUTPUT = 300L << 20;
  private static final int FRAME = OutputEncoder.MAX_RAW;

  @TempDir Path directory;
  private final LogBench bench = new LogBench();

  @AfterEach
  void stop() {
    bench.close();
  }

  private static long used() {
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  @Test
  void threeHundredMegabytesOfOutputTakeBoundedMemoryAndDisk() {
    EventLog log = bench.create(directory, LogLimits.DEFAULT);
    LogReader sleeper = bench.onWriter(() -> Future.succeededFuture(log.reader(0)));
    Writer writer = new Writer(log, bench.writer);
    long before = used();
    bench.writer.runOnContext(_ -> writer.run());
    LogBench.await(writer.done.future());
    assertThat(writer.mostHeap).isLessThan(6L << 20);
    assertThat(writer.mostDisk).isLessThan(80L << 20);
    assertThat(used() - before).isLessThan(8L << 20);
    assertThat(log.heapBytes()).isLessThan(700 << 10);

    String first = bench.onWriter(() -> sleeper.next(1)).toString(UTF_8);
    JsonObject gap = new JsonObject(first.substring(first.indexOf('{'))).getJsonObject("data");
    long events = OUTPUT / FRAME;
    assertThat(gap.getLong("from")).isEqualTo(1);
    assertThat(gap.getLong("bytes")).isEqualTo(gap.getLong("to") * FRAME);
    assertThat((events - gap.getLong("to")) * FRAME).isBetween(64L << 20, 66L << 20);
    assertThat(sleeper.lastEventId()).isEqualTo(gap.getLong("to"));
  }

  @Test
  void anIdleReaderCostsLittle() {
    EventLog log = bench.create(directory, LogLimits.DEFAULT);
    int count = 20_000;
    List<LogReader> readers = new ArrayList<>(count);
    Runnable wake = () -> {};
    bench.onWriter(() -> Future.succeededFuture(log.append(Buffer.buffer("{}"), 0)));
    long before = used();
    bench.onWriter(
        () -> {
          for (int i = 0; i < count; i++) {
            LogReader reader = log.reader(1);
            reader.onMore(wake);
            reader.next(1);
            readers.add(reader);
          }
          return Future.succeededFuture();
        });
    long each = (used() - before) / count;
    assertThat(each).isLessThan(200);
    assertThat(readers).noneMatch(LogReader::ended);
  }

  /** A command's output, as fast as the log takes it. */
  private static final class Writer {
    private final EventLog log;
    private final Context context;
    private final Promise<Void> done = Promise.promise();
    private final OutputEncoder encoder;
    private final Buffer frame;
    private long written;
    private long mostHeap;
    private long mostDisk;

    Writer(EventLog log, Context context) {
      this.log = log;
      this.context = context;
      this.encoder = new OutputEncoder("stdout", log::append);
      byte[] text = new byte[FRAME];
      Arrays.fill(text, (byte) 'x');
      this.frame = Buffer.buffer(text);
    }

    void run() {
      for (int i = 0; i < 8 && !log.writeQueueFull(); i++) {
        if (written == OUTPUT) {
          log.flush().onComplete(done);
          return;
        }
        encoder.write(frame);
        written += FRAME;
        mostHeap = Math.max(mostHeap, log.heapBytes());
        mostDisk = Math.max(mostDisk, log.diskBytes());
      }
      if (log.writeQueueFull()) {
        log.drainHandler(this::run);
      } else {
        context.runOnContext(_ -> run());
      }
    }
  }
}
