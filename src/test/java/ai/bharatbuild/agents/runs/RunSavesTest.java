package ai.bharatbuild.agents.runs;

import static org.assertj.core.api.Assertions.assertThat;

import ai.bharatbuild.files.FileWorkers;
import ai.bharatbuild.log.EventLog;
import ai.bharatbuild.log.LogLimits;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunSavesTest {
  private static final RunId ID = new RunId("job", 1);
  private static final int THREADS = 8;
  private static final int EACH = 40;

  @TempDir Path directory;
  private final Vertx vertx = Vertx.vertx();
  private final WorkerExecutor disk = vertx.createSharedWorkerExecutor("disk", 1);
  private final FileWorkers workers = new FileWorkers(1);
  private RunFiles files;
  private RunSaves saves;
  private RunLog log;

  @BeforeEach
  void begin() throws Exception {
    files = new RunFiles(directory, workers);
    RunFiles.Saved first =
        new RunFiles.Saved(Samples.request("local"), RunState.begin("template", Instant.now()));
    files.create(ID, first, List.of());
    Context context = vertx.getOrCreateContext();
    CompletableFuture<RunLog> made = new CompletableFuture<>();
    context.runOnContext(
        v ->
            made.complete(
                new RunLog(
                    EventLog.create(vertx, disk, files.events(ID), LogLimits.DEFAULT), context)));
    log = made.get(20, TimeUnit.SECONDS);
    saves = new RunSaves(ID, first, files, log);
  }

  @AfterEach
  void stop() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    workers.close();
  }

  private RunState onDisk() throws Exception {
    return files.read(ID).state();
  }

  @Test
  void everyChangeIsOnDiskWhenItReturnsHoweverManyComeAtOnce() throws Exception {
    List<Future<?>> all = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int thread = 0; thread < THREADS; thread++) {
        String name = "t" + thread;
        all.add(
            threads.submit(
                () -> {
                  for (int i = 0; i < EACH; i++) {
                    String path = name + "/" + i;
                    assertThat(saves.change(state -> state.written(path)).written()).contains(path);
                    assertThat(onDisk().written()).contains(path);
                  }
                  return null;
                }));
      }
    }
    for (Future<?> one : all) {
      one.get();
    }
    assertThat(onDisk().written()).hasSize(THREADS * EACH);
    assertThat(saves.state()).isEqualTo(onDisk());
  }

  @Test
  void whatCanWaitIsThereWithTheNextChange() throws Exception {
    saves.change(state -> state.exec("e1", true));
    saves.later(state -> state.exec("e1", false));
    assertThat(saves.state().execs()).containsExactly("e1");
    assertThat(onDisk().execs()).containsExactly("e1");

    saves.catchUp();

    assertThat(onDisk().execs()).isEmpty();
    RunState before = saves.state();
    saves.catchUp();
    assertThat(saves.state()).isSameAs(before);
  }

  @Test
  void whatWasToldBeforeAChangeIsOnDiskWithIt() throws Exception {
    for (int i = 1; i <= 20; i++) {
      log.tell("status", Map.of("message", "before " + i));
      saves.change(state -> state.stage(RunStage.WRITE));
      EventLog found =
          EventLog.open(vertx, disk, files.events(ID), LogLimits.DEFAULT)
              .toCompletionStage()
              .toCompletableFuture()
              .get(20, TimeUnit.SECONDS);
      assertThat(found.lastId()).isGreaterThanOrEqualTo(i);
    }
  }

  @Test
  void whatIsToLastIsTheNewestState() throws Exception {
    saves.change(state -> state.written("a"));
    saves.later(state -> state.written("b"));

    saves.settle(state -> state.end(RunStatus.COMPLETE, null, Instant.now()));

    assertThat(onDisk().status()).isEqualTo(RunStatus.COMPLETE);
    assertThat(onDisk().written()).containsExactly("a", "b");
  }
}
