package ai.bharatbuild.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import ai.bharatbuild.log.EventLog;
import ai.bharatbuild.log.LogLimits;
import ai.bharatbuild.log.LogReader;
import ai.bharatbuild.sandbox.ExecListener.Stream;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.apache.commons.io.FileUtils;

/**
 * A server that dies at any moment, and the next one that is given the pieces of output which were
 * not acknowledged, leave the same log as one server that lives.
 */
class OutputWriterPropertyTest {
  private static final LogLimits TINY =
      new LogLimits(1 << 20, 600, 1 << 20, 900, 150, Duration.ofMillis(1), Duration.ofMillis(1));

  /** Characters of one to four bytes, and bytes that are none; cut anywhere into pieces. */
  private static final byte[] TEXT =
      "plain \"text\"\n\u00e9\u0939\u093f\u0928\u094d\u0926\u0940 \ud83d\ude80\u0001 and more of it"
          .getBytes(StandardCharsets.UTF_8);

  private static Vertx vertx;
  private static WorkerExecutor worker;
  private static Context context;

  @BeforeContainer
  static void start() {
    vertx = Vertx.vertx();
    // One thread: what else is done there is done between two writes of a log.
    worker = vertx.createSharedWorkerExecutor("output-writer-test", 1);
    context = vertx.getOrCreateContext();
  }

  @AfterContainer
  static void stop() {
    await(vertx.close());
  }

  record Piece(Stream stream, byte[] bytes) {}

  @Provide
  Arbitrary<List<Piece>> pieces() {
    Arbitrary<byte[]> text =
        Combinators.combine(
                Arbitraries.integers().between(0, TEXT.length - 1),
                Arbitraries.integers().between(1, 30))
            .as(OutputWriterPropertyTest::cut);
    Arbitrary<byte[]> binary = Arbitraries.bytes().array(byte[].class).ofMinSize(1).ofMaxSize(60);
    return Combinators.combine(
            Arbitraries.of(Stream.class),
            Arbitraries.frequencyOf(
                net.jqwik.api.Tuple.of(4, text), net.jqwik.api.Tuple.of(1, binary)))
        .as(Piece::new)
        .list()
        .ofMinSize(1)
        .ofMaxSize(60);
  }

  private static byte[] cut(int from, int length) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = TEXT[(from + i) % TEXT.length];
    }
    return bytes;
  }

  @Property(tries = 250)
  void theNextServerWritesTheSameLog(
      @ForAll("pieces") List<Piece> pieces,
      @ForAll @IntRange(max = 100) int deathPercent,
      @ForAll @IntRange(max = 100) int flushPercent,
      @ForAll @IntRange(max = 40) int torn,
      @ForAll boolean checkpointIsLate)
      throws IOException {
    Path base = Files.createTempDirectory("output-writer");
    try {
      String expected = lived(base.resolve("lived"), pieces);
      int death = pieces.size() * deathPercent / 100;
      int flush = death * flushPercent / 100;
      Path left = base.resolve("left");
      long safe =
          died(base.resolve("died"), left, pieces.subList(0, death), flush, checkpointIsLate);
      tear(left, torn);
      assertThat(resumed(left, pieces, checkpointIsLate ? 0 : safe)).isEqualTo(expected);
    } finally {
      FileUtils.deleteDirectory(base.toFile());
    }
  }

  private static String lived(Path directory, List<Piece> pieces) {
    EventLog log = onContext(() -> Future.succeededFuture(create(directory)));
    OutputWriter writer = onContext(() -> Future.succeededFuture(new OutputWriter(log, null)));
    return finish(log, writer, pieces);
  }

  /** Gives how many pieces were acknowledged; what was on disk at the end is in {@code left}. */
  private static long died(
      Path directory, Path left, List<Piece> pieces, int flush, boolean checkpointIsLate)
      throws IOException {
    EventLog log = onContext(() -> Future.succeededFuture(create(directory)));
    long[] safe = {0};
    onContext(() -> Future.succeededFuture(log.safeHandler(inputs -> safe[0] = inputs)));
    OutputWriter writer = onContext(() -> Future.succeededFuture(new OutputWriter(log, null)));
    Files.createDirectories(left);
    write(writer, pieces.subList(0, flush));
    onContext(log::flush);
    onWorker(() -> copy(directory, left, !checkpointIsLate));
    write(writer, pieces.subList(flush, pieces.size()));
    Path late = left.resolve("checkpoint");
    long[] acknowledged = {0};
    onContext(
        () -> {
          acknowledged[0] = safe[0];
          return Future.succeededFuture();
        });
    onWorker(() -> copy(directory, left, !(checkpointIsLate && Files.exists(late))));
    onContext(log::flush);
    return acknowledged[0];
  }

  private static String resumed(Path left, List<Piece> pieces, long safe) {
    EventLog log = onContext(() -> EventLog.open(vertx, worker, left, TINY));
    assertThat(log.ended()).isFalse();
    if (log.lastId() == 0) {
      onContext(() -> Future.succeededFuture(log.append(first(), 0)));
    }
    OutputWriter writer = onContext(() -> Future.succeededFuture(new OutputWriter(log, null)));
    assertThat(writer.intact()).isTrue();
    assertThat(writer.pieces())
        .as("the sandbox has forgotten those before")
        .isGreaterThanOrEqualTo(safe);
    return finish(log, writer, pieces.subList((int) writer.pieces(), pieces.size()));
  }

  private static String finish(EventLog log, OutputWriter writer, List<Piece> rest) {
    write(writer, rest);
    onContext(
        () -> {
          writer.flush();
          return log.end(Buffer.buffer("{\"type\":\"exit\"}"), 0);
        });
    StringBuilder records = new StringBuilder();
    LogReader reader = onContext(() -> Future.succeededFuture(log.reader(0)));
    while (!reader.ended()) {
      records.append(onContext(() -> reader.next(1 << 16)));
    }
    return records.toString();
  }

  private static void write(OutputWriter writer, List<Piece> pieces) {
    for (Piece piece : pieces) {
      onContext(
          () -> {
            writer.write(piece.stream(), Buffer.buffer(piece.bytes()));
            return Future.succeededFuture();
          });
    }
  }

  private static EventLog create(Path directory) {
    EventLog log = EventLog.create(vertx, worker, directory, TINY);
    log.append(first(), 0);
    return log;
  }

  private static Buffer first() {
    return Buffer.buffer("{\"type\":\"status\"}");
  }

  private static Void copy(Path from, Path to, boolean withCheckpoint) throws IOException {
    if (!Files.isDirectory(from)) {
      return null;
    }
    try (var files = Files.list(from)) {
      for (Path file : files.toList()) {
        if (withCheckpoint || !file.endsWith("checkpoint")) {
          Files.copy(file, to.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
        }
      }
    }
    return null;
  }

  /** A record that was being written when the server died, after everything that was finished. */
  private static void tear(Path directory, int bytes) throws IOException {
    Optional<Path> last;
    try (var files = Files.list(directory)) {
      last =
          files
              .filter(file -> file.toString().endsWith(".sse"))
              .max((a, b) -> Long.compare(firstId(a), firstId(b)));
    }
    if (last.isPresent() && bytes > 0) {
      try (RandomAccessFile file = new RandomAccessFile(last.get().toFile(), "rw")) {
        file.seek(file.length());
        file.write("id: 999\ndata: {\"type\":\"stdout\",\"data\":\"torn".getBytes(), 0, bytes);
      }
    }
  }

  private static long firstId(Path segment) {
    return Long.parseLong(segment.getFileName().toString().split("-")[0]);
  }

  private static <T> T onContext(Supplier<Future<T>> call) {
    Promise<T> result = Promise.promise();
    context.runOnContext(v -> call.get().onComplete(result));
    return await(result.future());
  }

  private static void onWorker(java.util.concurrent.Callable<Void> work) {
    await(worker.executeBlocking(work, false));
  }

  private static <T> T await(Future<T> future) {
    try {
      return future.await(20, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new AssertionError(e);
    }
  }
}
