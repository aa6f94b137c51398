package ai.bharatbuild.sandbox.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.bharatbuild.sandbox.OneShotRuntime;
import ai.bharatbuild.sandbox.OneShotRuntimeHarness;
import ai.bharatbuild.sandbox.RuntimeUnavailableException;
import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/** What becomes of launchers and sandboxes when something ends that should not, or should. */
class ProcessLifeIT extends OneShotRuntimeHarness {
  private static final Path HIERARCHIES = Path.of("/sys/fs/cgroup");
  private final ProcessSettings settings = ProcessTestSetup.settings();

  @Override
  protected OneShotRuntime open() {
    return ProcessRuntime.start(vertx, settings, Roots.host());
  }

  @Test
  void worksHere() {
    await(ProcessRuntime.probe(vertx, settings));
  }

  @Test
  void saysWhatIsMissing() {
    Path nowhere = Path.of("/nowhere/at-all");
    assertThatThrownBy(
            () ->
                await(
                    ProcessRuntime.probe(
                        vertx, new ProcessSettings(settings.launcher(), nowhere, "none", 1, 1, 1))))
        .isInstanceOf(RuntimeUnavailableException.class)
        .hasMessageContaining("Bubblewrap is not installed")
        .hasMessageContaining("apt-get install bubblewrap");
    assertThatThrownBy(
            () ->
                await(
                    ProcessRuntime.probe(
                        vertx,
                        new ProcessSettings(nowhere, settings.bubblewrap(), "none", 1, 1, 1))))
        .isInstanceOf(RuntimeUnavailableException.class)
        .hasMessageContaining("make -C docker/launcher");
  }

  @Test
  void aSandboxThatCannotBeMadeIsAFailureAndNotAResult() {
    Roots broken =
        type ->
            io.vertx.core.Future.succeededFuture(
                new Roots.Root(Path.of("/nowhere/at-all"), java.util.Map.of()));
    OneShotRuntime hopeless = ProcessRuntime.start(vertx, ProcessTestSetup.settings(), broken);
    assertThatThrownBy(() -> await(hopeless.run(shell("true")).result()))
        .isInstanceOf(RuntimeUnavailableException.class);
    await(hopeless.close());
  }

  @Test
  void moreThanMayWaitAreSentAway() {
    ProcessSettings narrow =
        new ProcessSettings(
            settings.launcher(),
            settings.bubblewrap(),
            "bharatbuild/" + UUID.randomUUID(),
            1,
            1,
            2);
    OneShotRuntime small = ProcessRuntime.start(vertx, narrow, Roots.host());
    List<OneShotRuntime.Run> runs = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      runs.add(small.run(shell("echo done")));
    }
    assertThatThrownBy(() -> await(small.run(shell("true")).result()))
        .isInstanceOf(RuntimeUnavailableException.class)
        .hasMessageContaining("try again");
    runs.forEach(run -> assertThat(await(run.result()).stdout()).hasToString("done\n"));
    await(small.close());
  }

  @Test
  void aLauncherThatDiesIsReplaced() {
    ProcessSettings own = ProcessTestSetup.settings();
    OneShotRuntime other = ProcessRuntime.start(vertx, own, Roots.host());
    assertThat(await(other.run(shell("echo one")).result()).stdout()).hasToString("one\n");
    ProcessHandle launcher =
        ProcessHandle.current()
            .children()
            .filter(child -> commandLine(child.pid()).contains("group=" + own.group()))
            .findFirst()
            .orElseThrow();
    launcher.destroyForcibly();
    launcher.onExit().join();
    assertThat(await(other.run(shell("echo two")).result()).stdout()).hasToString("two\n");
    await(other.close());
    eventually(() -> groups(own.group()).isEmpty());
  }

  @Test
  void closingLeavesNothing() {
    ProcessSettings own = ProcessTestSetup.settings();
    OneShotRuntime closing = ProcessRuntime.start(vertx, own, Roots.host());
    String mark = "4" + System.nanoTime() % 100_000_000;
    OneShotRuntime.Run run = closing.run(shell("sleep " + mark));
    eventually(() -> running("sleep " + mark));
    assertThat(groups(own.group())).isNotEmpty();
    await(closing.close());
    assertThat(running("sleep " + mark)).isFalse();
    assertThat(groups(own.group())).isEmpty();
    assertThat(run.result().isComplete() || await(run.result().otherwiseEmpty()) == null).isTrue();
  }

  @Test
  void aServerThatIsKilledLeavesNothing() throws Exception {
    ProcessSettings own = ProcessTestSetup.settings();
    String mark = "5" + System.nanoTime() % 100_000_000;
    Process server =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElseThrow(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                ProcessHolder.class.getName(),
                own.group(),
                mark)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader words = server.inputReader(StandardCharsets.UTF_8)) {
      assertThat(words.readLine()).isEqualTo("started");
      eventually(() -> running("sleep " + mark));
    } finally {
      server.destroyForcibly();
    }
    server.waitFor();
    eventually(() -> !running("sleep " + mark));
    eventually(() -> groups(own.group()).isEmpty());
    eventually(() -> !running("group=" + own.group()));
  }

  /** Directories of control groups whose path has this in it. */
  private static List<Path> groups(String name) {
    List<Path> found = new ArrayList<>();
    for (String hierarchy : List.of("", "memory", "pids", "cpu", "cpuacct", "cpu,cpuacct")) {
      Path parent = HIERARCHIES.resolve(hierarchy).resolve(name).getParent();
      if (!Files.isDirectory(parent)) {
        continue;
      }
      String start = Path.of(name).getFileName().toString();
      try (var entries = Files.newDirectoryStream(parent, start + "*")) {
        entries.forEach(found::add);
      } catch (java.io.IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
    }
    return found;
  }

  private static boolean running(String words) {
    return ProcessHandle.allProcesses()
        .anyMatch(process -> commandLine(process.pid()).contains(words));
  }

  private static String commandLine(long pid) {
    try {
      return Files.readString(Path.of("/proc/" + pid + "/cmdline"), StandardCharsets.ISO_8859_1)
          .replace('\0', ' ');
    } catch (java.io.IOException e) {
      return "";
    }
  }

  private static void eventually(BooleanSupplier condition) {
    Instant deadline = Instant.now().plus(Duration.ofSeconds(30));
    while (!condition.getAsBoolean()) {
      assertThat(Instant.now()).as("in time").isBefore(deadline);
      java.util.concurrent.locks.LockSupport.parkNanos(20_000_000);
    }
  }
}
