package ai.bharatbuild;

import ai.bharatbuild.agents.runs.RunWorkspaces;
import ai.bharatbuild.agents.work.Await;
import ai.bharatbuild.agents.work.CommandResult;
import ai.bharatbuild.agents.work.StopSignal;
import ai.bharatbuild.agents.work.Workspace;
import ai.bharatbuild.files.Sha256;
import ai.bharatbuild.jobs.WorkspaceAccess;
import ai.bharatbuild.problem.ApiException;
import ai.bharatbuild.sandbox.ExecOutput;
import ai.bharatbuild.sandbox.ExecView;
import ai.bharatbuild.sandbox.SandboxCommands;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** A job's workspace and its sandbox, as the stages of a run use them; on virtual threads. */
final class RunWorkspace implements Workspace {
  private static final int NOT_FOUND = 404;
  private static final int OUTPUT = 48 << 10;
  private static final int SERVING_OUTPUT = 16 << 10;

  /**
   * Python takes what it compiled for current where a source has the same size and second; repairs
   * can be that quick.
   */
  private static final Map<String, String> ENVIRONMENT = Map.of("PYTHONDONTWRITEBYTECODE", "1");

  private final WorkspaceAccess files;
  private final SandboxCommands sandboxes;
  private final Probes probes;
  private final Set<String> excluded;
  private final String job;
  private final String owner;
  private final StopSignal stop;
  private final RunWorkspaces.Commands commands;

  RunWorkspace(
      WorkspaceAccess files,
      SandboxCommands sandboxes,
      Probes probes,
      Set<String> excluded,
      String job,
      String owner,
      StopSignal stop,
      RunWorkspaces.Commands commands) {
    this.files = files;
    this.sandboxes = sandboxes;
    this.probes = probes;
    this.excluded = excluded;
    this.job = job;
    this.owner = owner;
    this.stop = stop;
    this.commands = commands;
  }

  @Override
  public List<Entry> files() {
    return await(files.projectFiles(job, owner)).stream()
        .map(file -> new Entry(file.path(), file.bytes()))
        .toList();
  }

  @Override
  public List<Hashed> hashes() {
    return await(files.hashes(job, owner)).stream()
        .map(file -> new Hashed(file.path(), file.bytes(), file.sha256()))
        .toList();
  }

  @Override
  public Optional<byte[]> read(String path) {
    return await(
        files
            .read(job, owner, path)
            .map(Optional::of)
            .recover(
                e ->
                    e instanceof ApiException known && known.problem().status() == NOT_FOUND
                        ? Future.succeededFuture(Optional.empty())
                        : Future.failedFuture(e)));
  }

  @Override
  public boolean write(String path, byte[] seen, byte[] content) {
    return await(files.swap(job, owner, path, hash(seen), Buffer.buffer(content)));
  }

  @Override
  public boolean delete(String path, byte[] seen) {
    return await(files.swap(job, owner, path, hash(seen), null));
  }

  @Override
  public Set<String> edits(Instant since) {
    return await(files.edits(job, owner, since));
  }

  private static String hash(byte[] seen) {
    return seen == null ? null : Sha256.of(seen);
  }

  @Override
  public String sandbox(String projectType) {
    return await(sandboxes.prepare(job, owner, projectType)).containerId();
  }

  @Override
  public void restart() {
    await(
        sandboxes
            .restart(job, owner)
            .recover(
                e ->
                    e instanceof ApiException known && known.problem().status() == NOT_FOUND
                        ? Future.succeededFuture()
                        : Future.failedFuture(e)));
  }

  @Override
  public Set<String> excluded() {
    return excluded;
  }

  @Override
  public String image() {
    return await(sandboxes.image(job, owner));
  }

  @Override
  public CommandResult run(String line, Duration limit, Consumer<String> begun) {
    stop.check();
    int seconds = Math.toIntExact(Math.max(1, limit.toSeconds()));
    String exec = await(sandboxes.begin(job, owner, line, seconds, ENVIRONMENT));
    commands.begun(exec);
    begun.accept(exec);
    ExecOutput output = new ExecOutput(OUTPUT);
    try {
      Future<ExecView> end = sandboxes.end(job, owner, exec, output);
      return stop.during(() -> cancel(exec), () -> result(await(end), output));
    } finally {
      commands.ended(exec);
    }
  }

  private void cancel(String exec) {
    sandboxes.cancel(job, owner, exec);
  }

  private static CommandResult result(ExecView ended, ExecOutput output) {
    return new CommandResult(
        ended.execId(),
        ended.command(),
        ended.data(),
        ended.cause(),
        Duration.between(ended.startedAt(), ended.endedAt()).toMillis(),
        output.text(),
        output.isCut());
  }

  @Override
  public Service start(String line) {
    stop.check();
    String exec = await(sandboxes.begin(job, owner, line, 0, ENVIRONMENT));
    commands.begun(exec);
    return new Running(exec);
  }

  private final class Running implements Service {
    private final String exec;
    private final ExecOutput output = new ExecOutput(SERVING_OUTPUT);
    private final CompletableFuture<CommandResult> end;

    Running(String exec) {
      this.exec = exec;
      this.end =
          sandboxes
              .end(job, owner, exec, output)
              .map(view -> result(view, output))
              .toCompletionStage()
              .toCompletableFuture();
    }

    @Override
    public String execId() {
      return exec;
    }

    @Override
    public Optional<CommandResult> ended() {
      return end.isDone() ? Optional.of(end.join()) : Optional.empty();
    }

    @Override
    public String output() {
      return output.text();
    }

    /** Also when the run is to stop: what it began is to end. */
    @Override
    public void stop() {
      await(sandboxes.cancel(job, owner, exec).compose(v -> Future.fromCompletionStage(end)));
      commands.ended(exec);
    }
  }

  @Override
  public Optional<Answer> get(int port, String path, Duration limit) {
    stop.check();
    return await(probes.get(job, owner, port, path, limit));
  }

  private static <T> T await(Future<T> future) {
    return Await.of(future);
  }
}
