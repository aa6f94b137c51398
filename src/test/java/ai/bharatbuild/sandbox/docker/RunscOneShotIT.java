package ai.bharatbuild.sandbox.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.bharatbuild.sandbox.ExitReport.Cause;
import ai.bharatbuild.sandbox.NewSandboxes;
import ai.bharatbuild.sandbox.OneShotResult;
import ai.bharatbuild.sandbox.OneShotRuntime;
import ai.bharatbuild.sandbox.OneShotRuntimeHarness;
import ai.bharatbuild.sandbox.OneShotSpec;
import ai.bharatbuild.sandbox.ProjectType;
import com.github.dockerjava.api.DockerClient;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Under gVisor, where the engine was set up for it. Not the whole contract: its kernel shares the
 * control group with the command and hides its counters, so limits of memory and processes end a
 * command there without being told apart.
 */
class RunscOneShotIT extends OneShotRuntimeHarness {
  private static final String RUNTIME = "runsc";

  @Override
  protected OneShotRuntime open() throws IOException {
    try (DockerClient docker = DockerControl.client(DockerTestSetup.SOCKET)) {
      Object runtimes = docker.infoCmd().exec().getRawValues().get("Runtimes");
      boolean known = runtimes instanceof Map<?, ?> map && map.containsKey(RUNTIME);
      if (!known) {
        // The reason for an assumption that fails before the first test is shown nowhere.
        System.out.println("RunscOneShotIT is skipped: the engine knows no runtime 'runsc'.");
      }
      assumeTrue(known, "the engine knows no runtime 'runsc'");
    }
    return DockerOneShots.open(vertx, RUNTIME, NewSandboxes.Overhead.GVISOR);
  }

  @Test
  void runsCommandsOnAKernelOfItsOwn() throws IOException {
    OneShotSpec spec =
        new OneShotSpec(
            ProjectType.PYTHON,
            List.of("/bin/sh", "-c", "cat in/file -; cat /proc/version >&2; exit 3"),
            Map.of(),
            Buffer.buffer("input"),
            Map.of("in/file", Buffer.buffer("file ")),
            LIMITS);
    OneShotResult result = run(spec);
    assertThat(result.stdout()).hasToString("file input");
    assertThat(result.exit().code()).isEqualTo(3);
    assertThat(result.stderr().toString())
        .isNotBlank()
        .isNotEqualTo(Files.readString(Path.of("/proc/version")));
  }

  @Test
  void endsWhatTakesTooLongOrSaysTooMuch() {
    assertThat(end(shell(wall(Duration.ofSeconds(2)), "setsid sleep 300 & sleep 300")).cause())
        .isEqualTo(Cause.TIMEOUT);
    assertThat(end(shell(maxOutput(10_000), "yes")).cause()).isEqualTo(Cause.OUTPUT_LIMIT);
  }

  @Test
  void hasNoNetwork() {
    assertThat(output("tail -n +3 /proc/net/dev | cut -d: -f1").strip()).isIn("lo", "");
  }
}
