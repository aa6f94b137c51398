package ai.bharatbuild.sandbox;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;

/**
 * What the contract's tests share: one runtime and one sandbox for a class. An adapter's test
 * extends one of the contract classes and says how to make its runtime.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class SandboxRuntimeContractHarness {
  protected static final long MB = 1 << 20;
  protected static final Limits LIMITS = new Limits(256 * MB, 1.0, 128, 64 * MB, 32 * MB, 1024);
  private static final long PATIENCE_SECONDS = 60;

  protected final Vertx vertx = Vertx.vertx(new VertxOptions().setPreferNativeTransport(true));
  protected final String serverId = UUID.randomUUID().toString();
  private final List<Path> workspaces = new ArrayList<>();
  protected SandboxRuntime runtime;
  protected Sandbox sandbox;
  protected Path workspace;

  /** A new runtime object over the engine, for the server with that id. */
  protected abstract SandboxRuntime open(Vertx vertx, String serverId);

  /** Gives a new workspace to the user that commands run as. */
  protected abstract void give(Path workspace) throws IOException;

  /** The user that commands run as. */
  protected abstract int uid();

  @BeforeAll
  void openRuntime() throws IOException {
    runtime = open(vertx, serverId);
    workspace = newWorkspace();
    sandbox = await(runtime.create(spec(workspace)));
  }

  @AfterAll
  void removeEverything() throws IOException {
    for (Sandbox left : await(runtime.list())) {
      await(runtime.remove(left.handle()));
    }
    await(runtime.close());
    await(vertx.close());
    for (Path left : workspaces) {
      try (var files = Files.walk(left)) {
        for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
          Files.delete(file);
        }
      }
    }
  }

  protected Path newWorkspace() throws IOException {
    Path made = Files.createTempDirectory("bharatbuild-test-");
    workspaces.add(made);
    give(made);
    return made;
  }

  protected SandboxSpec spec(Path workspace) {
    return spec(workspace, ProjectType.NODE, LIMITS, true);
  }

  protected SandboxSpec spec(Path workspace, ProjectType type, Limits limits, boolean network) {
    return new SandboxSpec(
        "contract-" + UUID.randomUUID().toString().substring(0, 8),
        UUID.randomUUID().toString(),
        type,
        workspace,
        limits,
        network,
        List.of(),
        Map.of("GREETING", "namaste"),
        Map.of("owner", "somebody"));
  }

  protected static <T> T await(Future<T> future) {
    try {
      return future.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new AssertionError(e);
    }
  }

  /** A shell line with nothing special about it. */
  protected static ExecSpec shell(String line) {
    return command("/bin/sh", "-c", line);
  }

  protected static ExecSpec command(String... argv) {
    return new ExecSpec(
        "exec-" + UUID.randomUUID(),
        List.of(argv),
        Map.of(),
        "/workspace",
        Duration.ofSeconds(30),
        0,
        false,
        false);
  }

  protected static ExecSpec timeout(ExecSpec spec, Duration timeout) {
    return new ExecSpec(
        spec.execId(),
        spec.argv(),
        spec.environment(),
        spec.workingDir(),
        timeout,
        spec.maxOutput(),
        spec.stdin(),
        spec.killChildren());
  }

  protected static ExecSpec maxOutput(ExecSpec spec, long bytes) {
    return new ExecSpec(
        spec.execId(),
        spec.argv(),
        spec.environment(),
        spec.workingDir(),
        spec.timeout(),
        bytes,
        spec.stdin(),
        spec.killChildren());
  }

  protected static ExecSpec stdin(ExecSpec spec) {
    return new ExecSpec(
        spec.execId(),
        spec.argv(),
        spec.environment(),
        spec.workingDir(),
        spec.timeout(),
        spec.maxOutput(),
        true,
        spec.killChildren());
  }

  protected static ExecSpec killChildren(ExecSpec spec) {
    return new ExecSpec(
        spec.execId(),
        spec.argv(),
        spec.environment(),
        spec.workingDir(),
        spec.timeout(),
        spec.maxOutput(),
        spec.stdin(),
        true);
  }

  /** Runs to the end. */
  protected SandboxRuntimeContractRecorder run(ExecSpec spec) {
    return run(sandbox, spec);
  }

  protected SandboxRuntimeContractRecorder run(Sandbox where, ExecSpec spec) {
    SandboxRuntimeContractRecorder recorder = start(where, spec);
    recorder.awaitEnd();
    return recorder;
  }

  protected SandboxRuntimeContractRecorder start(ExecSpec spec) {
    return start(sandbox, spec);
  }

  protected SandboxRuntimeContractRecorder start(Sandbox where, ExecSpec spec) {
    SandboxRuntimeContractRecorder recorder = new SandboxRuntimeContractRecorder();
    Context context = vertx.getOrCreateContext();
    recorder.session =
        new SandboxRuntimeContractSession(
            context, await(on(context, () -> runtime.exec(where.handle(), spec, recorder))));
    return recorder;
  }

  /** Goes on with a command as another server would. */
  protected SandboxRuntimeContractRecorder attach(
      SandboxRuntime server, ExecSpec spec, long outputs) {
    SandboxRuntimeContractRecorder recorder = new SandboxRuntimeContractRecorder();
    Context context = vertx.getOrCreateContext();
    Resumption from =
        new Resumption(spec.execId(), outputs, spec.timeout(), spec.stdin(), spec.pty() != null);
    recorder.session =
        new SandboxRuntimeContractSession(
            context, await(on(context, () -> server.attach(sandbox.handle(), from, recorder))));
    return recorder;
  }

  static <T> Future<T> on(Context context, Supplier<Future<T>> call) {
    Promise<T> result = Promise.promise();
    context.runOnContext(v -> call.get().onComplete(result));
    return result.future();
  }

  /** Standard output of a shell line that succeeds, without the last line end. */
  protected String output(String line) {
    return run(shell(line)).text().strip();
  }

  protected static Buffer bytes(int size) {
    byte[] bytes = new byte[size];
    new java.util.Random(size).nextBytes(bytes);
    return Buffer.buffer(bytes);
  }
}
