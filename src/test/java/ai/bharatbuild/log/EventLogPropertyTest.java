package ai.bharatbuild.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.apache.commons.io.FileUtils;

/** Whatever is appended, flushed, dropped, read, resumed and reopened, readers get the log. */
class EventLogPropertyTest {
  private static LogBench bench;

  @BeforeContainer
  static void start() {
    bench = new LogBench();
  }

  @AfterContainer
  static void stop() {
    bench.close();
  }

  enum Kind {
    APPEND,
    APPEND_MANY,
    FLUSH,
    READ,
    RESUME,
    RESTART
  }

  record Action(Kind kind, int a, int b) {}

  @Provide
  Arbitrary<List<Action>> actions() {
    return Combinators.combine(
            Arbitraries.of(Kind.class),
            Arbitraries.integers().between(0, 40),
            Arbitraries.integers().between(1, 3_000))
        .as(Action::new)
        .list()
        .ofMinSize(5)
        .ofMaxSize(40);
  }

  @Property(tries = 300)
  void everyReaderGetsEveryEventOnceOrIsToldWhatItMissed(@ForAll("actions") List<Action> actions)
      throws IOException {
    Path directory = Files.createTempDirectory("log");
    try {
      new Run(directory).play(actions);
    } finally {
      FileUtils.deleteDirectory(directory.toFile());
    }
  }

  private static final class Run {
    private final Path directory;
    private final List<LogReader> readers = new ArrayList<>();
    private final List<Transcript> transcripts = new ArrayList<>();
    private EventLog log;

    Run(Path directory) {
      this.directory = directory;
      this.log = bench.create(directory, LogBench.TINY);
    }

    void play(List<Action> actions) {
      resume(0);
      actions.forEach(this::step);
      bench.onWriter(() -> LogBench.end(log));
      for (int i = 0; i < readers.size(); i++) {
        bench.drain(readers.get(i), transcripts.get(i), 700);
        checkMissed(transcripts.get(i));
        assertThat(readers.get(i).ended()).isTrue();
        assertThat(transcripts.get(i).last()).isEqualTo(log.lastId());
      }
      bench.onWriter(log::delete);
      assertThat(directory).doesNotExist();
    }

    private void step(Action action) {
      int reader = action.a() % readers.size();
      switch (action.kind()) {
        case APPEND -> bench.append(log, action.a() % 3, false);
        case APPEND_MANY -> bench.append(log, action.b() / 20, action.a() % 2 == 0);
        case FLUSH -> bench.onWriter(log::flush);
        case READ -> read(reader, action.b());
        case RESUME -> resume(action.a() * (log.lastId() + 1) / 40);
        case RESTART -> restart();
      }
    }

    private void read(int i, int max) {
      var records = bench.onWriter(() -> readers.get(i).next(max));
      transcripts.get(i).add(records.toString());
      checkMissed(transcripts.get(i));
    }

    /** Nothing is missed as long as the log promised to keep it. */
    private void checkMissed(Transcript transcript) {
      if (transcript.missed() > 0) {
        long kept = LogBench.rawBetween(transcript.missedThrough() + 1, log.lastId());
        assertThat(kept).isGreaterThanOrEqualTo(LogBench.TINY.retain());
      }
    }

    private void resume(long lastEventId) {
      long from = Math.min(lastEventId, log.lastId());
      readers.add(bench.onWriter(() -> Future.succeededFuture(log.reader(lastEventId))));
      transcripts.add(new Transcript(from));
    }

    private void restart() {
      bench.onWriter(log::flush);
      long before = log.lastId();
      log = bench.open(directory, LogBench.TINY);
      assertThat(log.lastId()).isEqualTo(before);
      assertThat(log.ended()).isFalse();
      for (int i = 0; i < readers.size(); i++) {
        long last = transcripts.get(i).last();
        readers.set(i, bench.onWriter(() -> Future.succeededFuture(log.reader(last))));
      }
    }
  }
}
