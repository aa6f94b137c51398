package ai.bharatbuild.agents.runs;

import static ai.bharatbuild.db.TestDatabase.await;
import static org.assertj.core.api.Assertions.assertThat;

import ai.bharatbuild.agents.verify.Verifier;
import ai.bharatbuild.agents.verify.VerifyLimits;
import ai.bharatbuild.agents.work.StopSignal;
import ai.bharatbuild.agents.work.Workspace;
import ai.bharatbuild.files.FileWorkers;
import ai.bharatbuild.log.EventLog;
import ai.bharatbuild.log.LogLimits;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server starts whatever became of the files of runs that it finds. */
class RunRecoveryTest {
  @TempDir Path root;
  private final Vertx vertx = Vertx.vertx();
  private final Context context = vertx.getOrCreateContext();
  private final WorkerExecutor logs = vertx.createSharedWorkerExecutor("logs", 1);
  private final FileWorkers workers = new FileWorkers(1);
  private final Jobs jobs = new Jobs();
  private RunFiles files;

  @BeforeEach
  void open() {
    files = new RunFiles(root, workers);
  }

  @AfterEach
  void stop() {
    workers.close();
    await(vertx.close());
  }

  @Test
  void theEventsOfARunWhoseEndWasToldAreNotOpened() throws Exception {
    RunId id = new RunId("told", 1);
    RunFiles.Saved saved = new RunFiles.Saved(request(), ended(), true);
    files.create(id, saved, List.of());
    breakEvents(id);

    recover();

    assertThat(files.read(id)).isEqualTo(saved);
    assertThat(jobs.failed).isEmpty();
  }

  @Test
  void theEndOfARunIsNotedOnceItIsSeenInItsEvents() throws Exception {
    RunId id = new RunId("older", 1);
    files.create(id, new RunFiles.Saved(request(), ended()), List.of());
    await(Future.<Void>future(done -> context.runOnContext(v -> tellEnd(id).onComplete(done))));

    recover();

    assertThat(files.read(id).told()).isTrue();
  }

  private Future<Void> tellEnd(RunId id) {
    EventLog log = EventLog.create(vertx, logs, files.events(id), LogLimits.DEFAULT);
    Buffer last = Buffer.buffer("{\"type\":\"complete\"}");
    return log.end(last, last.length());
  }

  @Test
  void aRunWhoseEventsAreBrokenFailsAndHoldsUpNoOther() throws Exception {
    RunId broken = new RunId("broken", 1);
    RunId over = new RunId("over", 1);
    RunFiles.Saved begun = new RunFiles.Saved(request(), RunState.begin("scripted", Instant.now()));
    files.create(broken, begun, List.of());
    files.create(over, new RunFiles.Saved(request(), ended()), List.of());
    breakEvents(broken);
    breakEvents(over);
    Files.createDirectories(root.resolve("unreadable/1"));
    Files.writeString(root.resolve("unreadable/1/run.json"), "{");

    recover();

    RunState state = files.read(broken).state();
    assertThat(state.status()).isEqualTo(RunStatus.FAILED);
    assertThat(state.reason().code()).isEqualTo("internal_error");
    assertThat(jobs.failed).containsExactly("broken");
    assertThat(files.read(over).state().status()).isEqualTo(RunStatus.COMPLETE);
  }

  /** As after a loss of power: nothing waits for the disk with the events. */
  @Test
  void anEndThatTheEventsHaveLostIsToldToWhoeverFollows() throws Exception {
    RunId id = new RunId("lost", 1);
    files.create(id, new RunFiles.Saved(request(), ended(), true), List.of());
    Runs runs = recover();

    RunMessages.Of asked = new RunMessages.Of(id, "owner");
    EventLog log = await(on(() -> runs.events(asked))).log().events();
    // Waits until nobody works on the run.
    await(on(() -> runs.cancel(asked)));

    assertThat(log.ended()).isTrue();
    assertThat(log.lastId()).isEqualTo(1);
    assertThat(files.read(id).told()).isTrue();
  }

  @Test
  void aNewRunTakesThePlaceOfOneThatCannotBeRead() throws Exception {
    RunId id = new RunId("unreadable", 1);
    files.create(id, new RunFiles.Saved(request(), ended()), List.of(new byte[1]));
    await(Future.<Void>future(done -> context.runOnContext(v -> tellEnd(id).onComplete(done))));
    RunFiles.Saved begun = new RunFiles.Saved(request(), RunState.begin("scripted", Instant.now()));

    files.create(id, begun, List.of());

    assertThat(files.events(id)).doesNotExist();
    assertThat(files.read(id)).isEqualTo(begun);
    try (Stream<Path> names = Files.list(files.directory(id))) {
      assertThat(names).containsExactly(files.directory(id).resolve("run.json"));
    }
  }

  private <T> Future<T> on(Supplier<Future<T>> call) {
    return Future.future(done -> context.runOnContext(v -> call.get().onComplete(done)));
  }

  private Runs recover() {
    RunParts parts =
        new RunParts(
            null,
            jobs,
            root,
            workers,
            logs,
            null,
            new Verifier(VerifyLimits.DEFAULT),
            null,
            Set.of(),
            null,
            Map.of(),
            "USD",
            1,
            null,
            (account, key) -> Future.succeededFuture(),
            new Semaphore(1),
            1);
    Runs runs = new Runs(vertx, context, parts);
    await(on(() -> runs.recover(job -> true)));
    return runs;
  }

  /** A file where a directory ought to be. */
  private void breakEvents(RunId id) throws IOException {
    Path events = files.events(id);
    if (Files.exists(events)) {
      Files.move(events, events.resolveSibling("elsewhere"));
    }
    Files.writeString(events, "no directory");
  }

  private static RunState ended() {
    return RunState.begin("scripted", Instant.now())
        .change()
        .end(RunStatus.COMPLETE, null, Instant.now())
        .build();
  }

  private static RunRequest request() {
    return Samples.request("owner");
  }

  /** Knows every job, and which of them failed. */
  private static final class Jobs implements RunWorkspaces {
    final List<String> failed = new ArrayList<>();

    @Override
    public Future<Boolean> exists(String id) {
      return Future.succeededFuture(true);
    }

    @Override
    public Future<Void> fail(String id, String owner, String reason) {
      failed.add(id);
      return Future.succeededFuture();
    }

    @Override
    public Future<String> create(String owner, String name) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Future<Void> discard(String id, String owner) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Future<UUID> project(String id, UUID account) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Future<Void> admits(String id, String owner) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Future<Boolean> isComplete(String id, String owner) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Future<Void> open(String id, String owner) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Future<Integer> complete(String id, String owner) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Workspace workspace(String id, String owner, StopSignal stop, Commands commands) {
      return null;
    }

    @Override
    public Future<Void> cancel(String id, String owner, String execId) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Future<Integer> keep(String id, String owner, String label) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Future<List<String>> restore(
        String id, String owner, int version, int instead, Set<String> edited) {
      throw new UnsupportedOperationException();
    }
  }
}
