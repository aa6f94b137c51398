package ai.bharatbuild.agents.runs;

import static org.assertj.core.api.Assertions.assertThat;

import ai.bharatbuild.agents.author.MemoryWorkspace;
import ai.bharatbuild.agents.plan.Plan;
import ai.bharatbuild.agents.verify.Diagnosis;
import ai.bharatbuild.agents.verify.Verifier;
import ai.bharatbuild.agents.verify.VerifyLimits;
import ai.bharatbuild.agents.work.Author;
import ai.bharatbuild.agents.work.Brief;
import ai.bharatbuild.agents.work.Repair;
import ai.bharatbuild.agents.work.RunFailedException;
import ai.bharatbuild.agents.work.RunScope;
import ai.bharatbuild.agents.work.StopSignal;
import ai.bharatbuild.agents.work.Workspace;
import ai.bharatbuild.files.FileWorkers;
import ai.bharatbuild.log.EventLog;
import ai.bharatbuild.log.LogLimits;
import ai.bharatbuild.problem.ApiException;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What happens between a verification and the end of a run, in moments that a whole server does not
 * offer: files and commands are in memory.
 */
@Timeout(60)
class RunFlowTest {
  private static final RunId ID = new RunId("one", 1);

  @TempDir Path root;
  private final Vertx vertx = Vertx.vertx();
  private final WorkerExecutor logs = vertx.createSharedWorkerExecutor("logs", 1);
  private final FileWorkers workers = new FileWorkers(1);
  private final MemoryWorkspace files = new MemoryWorkspace();
  private final Job job = new Job();
  private final AtomicInteger documents = new AtomicInteger();

  /** What happens while the documents are made. */
  private Consumer<LiveRun> meanwhile = run -> {};

  private LiveRun run;

  @BeforeEach
  void begin() throws Exception {
    RunFiles kept = new RunFiles(root, workers);
    RunRequest request =
        new RunRequest(
            RunKind.GENERATE,
            "owner",
            null,
            null,
            UUID.randomUUID(),
            null,
            "calc",
            "a calculator",
            null,
            false,
            true,
            1,
            1,
            List.of(),
            List.of());
    RunFiles.Saved first = new RunFiles.Saved(request, RunState.begin("scripted", Instant.now()));
    kept.create(ID, first, List.of());
    Context context = vertx.getOrCreateContext();
    RunLog log =
        new RunLog(EventLog.create(vertx, logs, kept.events(ID), LogLimits.DEFAULT), context);
    run = new LiveRun(ID, first, kept, log, job, live -> null);
  }

  @AfterEach
  void stop() {
    workers.close();
    vertx.close().await();
  }

  private void work() {
    new RunFlow(run, parts()).work();
  }

  private RunParts parts() {
    return new RunParts(
        null,
        job,
        root,
        workers,
        logs,
        new Calculator(),
        new Verifier(VerifyLimits.DEFAULT),
        (scope, verified, project, account, owner) -> {
          documents.incrementAndGet();
          meanwhile.accept(run);
        },
        Set.of("python"),
        null,
        Map.of(),
        "USD",
        1,
        null,
        (account, key) -> Future.succeededFuture(),
        new Semaphore(1),
        1);
  }

  private RunState ended() {
    return run.state();
  }

  @Test
  void whatChangesAfterItWasVerifiedIsVerifiedAgain() {
    meanwhile =
        live -> {
          if (documents.get() == 1) {
            files.with("calc.py", "mine\n");
          }
        };

    work();

    assertThat(ended().status()).as("%s", ended()).isEqualTo(RunStatus.COMPLETE);
    assertThat(documents).hasValue(2);
    assertThat(job.completedWith).containsExactly("mine\n");
  }

  @Test
  void logsAndDatabasesMayChange() {
    meanwhile = live -> files.with("app.log", "a line " + documents.get());

    work();

    assertThat(ended().status()).isEqualTo(RunStatus.COMPLETE);
    assertThat(documents).hasValue(1);
  }

  @Test
  void whatNeverCeasesToChangeIsNotComplete() {
    meanwhile = live -> files.with("calc.py", "mine " + documents.get() + "\n");

    work();

    assertThat(ended().status()).isEqualTo(RunStatus.FAILED);
    assertThat(ended().reason().code()).isEqualTo("files_changed");
    assertThat(job.completedWith).isEmpty();
  }

  @Test
  void aRunThatIsCancelledWhileDocumentsAreMadeIsNotComplete() {
    meanwhile = live -> live.signal().stop(StopSignal.Why.CANCELLED);

    work();

    assertThat(ended().status()).isEqualTo(RunStatus.CANCELLED);
    assertThat(job.completedWith).isEmpty();
  }

  @Test
  void aJobIsMarkedAsFailedThoughNothingCanBeBroughtBack() {
    meanwhile =
        live -> {
          throw new RunFailedException("out_of_ink", "The documents cannot be made.");
        };
    job.restores = false;

    work();

    assertThat(ended().status()).isEqualTo(RunStatus.FAILED);
    assertThat(job.failedWith).containsExactly("The documents cannot be made.");
    assertThat(ended().reason().givenBack()).isFalse();
  }

  @Test
  void aJobThatWasCompleteIsGivenBackWhateverTheRunDid() {
    files.with("calc.py", "theirs\n");
    job.complete = true;
    meanwhile =
        live -> {
          throw new RunFailedException("out_of_ink", "The documents cannot be made.");
        };

    work();

    assertThat(ended().status()).isEqualTo(RunStatus.FAILED);
    assertThat(ended().reason().givenBack()).isTrue();
    assertThat(job.restored).containsExactly(1);
    assertThat(job.completedWith).hasSize(1);
    assertThat(job.failedWith).isEmpty();
    assertThat(ended().again(Instant.now()).written()).isEmpty();
  }

  /** Its last event is told a moment before it lets go of the job. */
  @Test
  void whoeverHeardTheEndOfARunCanBeginTheNext() {
    Context context = vertx.getOrCreateContext();
    Promise<RunMessages.Started> next = Promise.promise();
    context.runOnContext(
        v -> {
          Runs runs = new Runs(vertx, context, parts());
          RunMessages.Start asked = new RunMessages.Start("two", run.request(), List.of());
          runs.start(asked)
              .onFailure(next::fail)
              .onSuccess(
                  first ->
                      whenEnded(
                          context,
                          first.log(),
                          () ->
                              Future.succeededFuture()
                                  .compose(x -> runs.start(asked))
                                  .onComplete(next)));
        });

    RunMessages.Started second = next.future().await();
    assertThat(second.view().runId()).isEqualTo("two.2");
    Promise<Void> over = Promise.promise();
    context.runOnContext(v -> whenEnded(context, second.log(), over::complete));
    over.future().await();
  }

  /** Asks again and again, so that nothing comes between the end and what is done then. */
  private static void whenEnded(Context context, RunLog log, Runnable then) {
    if (log.events().ended()) {
      then.run();
    } else {
      context.runOnContext(v -> whenEnded(context, log, then));
    }
  }

  /** A job in memory. */
  private final class Job implements RunWorkspaces {
    final List<String> completedWith = new ArrayList<>();
    final List<String> failedWith = new ArrayList<>();
    final List<Integer> restored = new ArrayList<>();
    boolean complete;
    boolean restores = true;
    private int versions;

    @Override
    public Future<String> create(String owner, String name) {
      return Future.succeededFuture(ID.job());
    }

    @Override
    public Future<Void> discard(String id, String owner) {
      return Future.succeededFuture();
    }

    @Override
    public Future<UUID> project(String id, UUID account) {
      return Future.succeededFuture();
    }

    @Override
    public Future<Void> admits(String id, String owner) {
      return Future.succeededFuture();
    }

    @Override
    public Future<Boolean> isComplete(String id, String owner) {
      return Future.succeededFuture(complete);
    }

    @Override
    public Future<Void> open(String id, String owner) {
      return Future.succeededFuture();
    }

    @Override
    public Future<Boolean> exists(String id) {
      return Future.succeededFuture(true);
    }

    @Override
    public Future<Integer> complete(String id, String owner) {
      completedWith.add(files.text("calc.py"));
      return Future.succeededFuture(1);
    }

    @Override
    public Future<Void> fail(String id, String owner, String reason) {
      failedWith.add(reason);
      return Future.succeededFuture();
    }

    @Override
    public Workspace workspace(String id, String owner, StopSignal stop, Commands commands) {
      return files;
    }

    @Override
    public Future<Void> cancel(String id, String owner, String execId) {
      return Future.succeededFuture();
    }

    @Override
    public Future<Integer> keep(String id, String owner, String label) {
      versions++;
      return Future.succeededFuture(versions);
    }

    @Override
    public Future<List<String>> restore(
        String id, String owner, int version, int instead, Set<String> edited) {
      restored.add(version);
      return restores
          ? Future.succeededFuture(List.of())
          : Future.failedFuture(new ApiException(507, "no_space", "The disk is full."));
    }
  }

  /** Plans and writes one file. */
  private static final class Calculator implements Author {
    @Override
    public String name() {
      return "scripted";
    }

    @Override
    public Plan plan(RunScope scope, Brief brief) {
      return new Plan(
          "Calculator",
          "Adds numbers.",
          "python",
          List.of(new Plan.Task("t1", "Add", List.of())),
          List.of(new Plan.PlannedFile("calc.py", "adds", "t1", List.of(), List.of())),
          new Plan.Commands(null, null, "python3 -m doctest calc.py", null),
          null);
    }

    @Override
    public void write(
        RunScope scope, Brief brief, Plan plan, Set<String> done, Consumer<String> written) {
      byte[] seen = scope.workspace().read("calc.py").orElse(null);
      scope.workspace().write("calc.py", seen, "ours\n".getBytes(StandardCharsets.UTF_8));
      written.accept("calc.py");
    }

    @Override
    public boolean repairs() {
      return false;
    }

    @Override
    public Repair repair(
        RunScope scope,
        Brief brief,
        Plan plan,
        Diagnosis diagnosis,
        List<Repair> before,
        boolean large) {
      throw new AssertionError("nothing is to be repaired");
    }
  }
}
