package ai.bharatbuild.sandbox.docker;

import static org.assertj.core.api.Assertions.assertThat;

import ai.bharatbuild.sandbox.ExitReport.Cause;
import ai.bharatbuild.sandbox.OneShotRuntime;
import ai.bharatbuild.sandbox.OneShotRuntimeContract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Single commands under gVisor, where the engine was set up for it. */
class RunscOneShotIT extends OneShotRuntimeContract {
  @Override
  protected OneShotRuntime open() throws IOException {
    return RunscTestSetup.open(vertx, getClass());
  }

  /** Its kernel ends with the command, and the engine does not always see why. */
  @Override
  protected Set<Cause> outOfMemory() {
    return Set.of(Cause.OOM, Cause.LOST);
  }

  /** Its kernel ends when it gets no more threads. */
  @Override
  protected Cause outOfProcesses() {
    return Cause.LOST;
  }

  @Test
  void runsCommandsOnAKernelOfItsOwn() throws IOException {
    assertThat(output("cat /proc/version"))
        .isNotBlank()
        .isNotEqualTo(Files.readString(Path.of("/proc/version")));
  }
}
