package ai.bharatbuild.sandbox.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.bharatbuild.sandbox.ExitReport.Cause;
import ai.bharatbuild.sandbox.RuntimeUnavailableException;
import ai.bharatbuild.sandbox.Sandbox;
import ai.bharatbuild.sandbox.SandboxRuntime;
import ai.bharatbuild.sandbox.SandboxRuntimeContractHarness;
import ai.bharatbuild.sandbox.SandboxRuntimeContractRecorder;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What happens when the engine, or the agent of a sandbox, does not answer. */
class DockerOutageIT extends SandboxRuntimeContractHarness {
  @TempDir Path directory;

  @Override
  protected SandboxRuntime open(Vertx vertx, String serverId) {
    return DockerTestSetup.open(vertx, serverId);
  }

  @Override
  protected void give(Path workspace) throws IOException {
    DockerTestSetup.give(workspace);
  }

  @Override
  protected int uid() {
    return DockerTestSetup.UID;
  }

  @Test
  void saysWhatToDoWithoutAnEngineAndRecoversWithIt() throws Exception {
    Path socket = directory.resolve("engine.sock");
    SandboxRuntime away = DockerRuntime.start(vertx, DockerTestSetup.settings(serverId, socket));
    BlockingQueue<String> stopped = new LinkedBlockingQueue<>();
    away.onStopped(stopped::add);
    for (Future<?> call :
        List.<Future<?>>of(
            away.ping(),
            away.list(),
            away.create(spec(newWorkspace())),
            away.inspect("abc"),
            away.stats("abc"),
            away.ask("abc", "ps"),
            away.exec("abc", shell("true"), new SandboxRuntimeContractRecorder()))) {
      assertThatThrownBy(() -> await(call))
          .isInstanceOf(RuntimeUnavailableException.class)
          .hasMessageContaining("start it");
    }
    EngineRelay relay = new EngineRelay(vertx, socket);
    await(relay.open());
    assertThat(await(away.ping())).startsWith("docker ");
    Sandbox made = await(away.create(spec(newWorkspace())));
    await(away.remove(made.handle()));
    assertThat(stopped.poll(30, TimeUnit.SECONDS)).isEqualTo(made.handle());
    await(away.close());
    await(relay.close());
  }

  @Test
  void tellsOfWhatStoppedDuringAnOutageAndEndsLostCommands() throws Exception {
    EngineRelay relay = new EngineRelay(vertx, directory.resolve("relay.sock"));
    await(relay.open());
    SandboxRuntime cut =
        DockerRuntime.start(
            vertx, DockerTestSetup.settings(serverId, directory.resolve("relay.sock")));
    BlockingQueue<String> stopped = new LinkedBlockingQueue<>();
    cut.onStopped(stopped::add);
    Sandbox made = await(cut.create(spec(newWorkspace())));
    var recorder = new SandboxRuntimeContractRecorder();
    await(cut.exec(made.handle(), shell("echo ready; sleep 4719"), recorder));
    recorder.awaitText("ready\n"::equals);
    // So that the client holds several connections that the outage makes stale.
    await(Future.all(Stream.generate(cut::ping).limit(6).toList()));
    await(relay.close());
    assertThat(recorder.awaitEnd().cause()).isEqualTo(Cause.LOST);
    await(runtime.stop(made.handle(), Duration.ZERO));
    assertThat(stopped).isEmpty();
    await(relay.open());
    assertThat(await(cut.ping())).startsWith("docker ");
    assertThat(stopped.poll(30, TimeUnit.SECONDS)).isEqualTo(made.handle());
    await(cut.remove(made.handle()));
    await(cut.close());
    await(relay.close());
  }

  @Test
  void endsWhatAnAgentThatHangsLeavesBehind() throws Exception {
    var run =
        start(timeout(shell("setsid sleep 4720 & echo ready; sleep 4720"), Duration.ofMillis(300)));
    run.awaitText("ready\n"::equals);
    signalAgents("STOP");
    try {
      assertThat(run.awaitEnd().cause()).isEqualTo(Cause.LOST);
      assertThat(output("pgrep -fc '[s]leep 4720'")).isEqualTo("0");
    } finally {
      signalAgents("CONT");
    }
  }

  @Test
  void namesTheScriptWhenTheImagesAreMissing() throws Exception {
    DockerSettings settings = DockerTestSetup.settings(serverId);
    DockerRuntime other =
        DockerRuntime.start(
            vertx,
            new DockerSettings(
                settings.socket(),
                settings.network(),
                "bharatbuild-none",
                "",
                null,
                directory,
                null,
                settings.uid(),
                settings.gid(),
                settings.serverIsRoot(),
                false,
                serverId));
    assertThatThrownBy(() -> await(other.create(spec(newWorkspace()))))
        .isInstanceOf(RuntimeUnavailableException.class)
        .hasMessageContaining("scripts/images.sh");
    await(other.close());
  }

  /** From outside of the sandbox: in it nobody may. */
  private void signalAgents(String signal) throws Exception {
    try (var processes = Files.list(Path.of("/proc"))) {
      for (Path process :
          processes.filter(p -> p.getFileName().toString().matches("\\d+")).toList()) {
        if (isAgentExec(process)) {
          new ProcessBuilder("kill", "-" + signal, process.getFileName().toString())
              .start()
              .waitFor();
        }
      }
    }
  }

  private boolean isAgentExec(Path process) throws IOException {
    try {
      return Files.readString(process.resolve("cmdline")).contains("bharatbuild/agent\0exec")
          && Files.readString(process.resolve("cgroup")).contains(sandbox.handle());
    } catch (java.nio.file.NoSuchFileException gone) {
      return false;
    }
  }
}
