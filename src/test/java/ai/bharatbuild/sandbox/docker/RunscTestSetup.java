package ai.bharatbuild.sandbox.docker;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.bharatbuild.sandbox.NewSandboxes;
import com.github.dockerjava.api.DockerClient;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.util.Map;

/** How the tests reach gVisor; scripts/test.sh tells the engine of it where that is possible. */
final class RunscTestSetup {
  private static final String RUNTIME = "runsc";

  private RunscTestSetup() {}

  /** Skips the class where the engine does not know it. */
  static DockerOneShots open(Vertx vertx, Class<?> test) throws IOException {
    try (DockerClient docker = DockerControl.client(DockerTestSetup.SOCKET)) {
      Object runtimes = docker.infoCmd().exec().getRawValues().get("Runtimes");
      boolean known = runtimes instanceof Map<?, ?> map && map.containsKey(RUNTIME);
      if (!known) {
        // The reason for an assumption that fails before the first test is shown nowhere.
        System.out.println(
            test.getSimpleName() + " is skipped: the engine knows no runtime 'runsc'.");
      }
      assumeTrue(known, "the engine knows no runtime 'runsc'");
    }
    return DockerOneShots.open(vertx, RUNTIME, NewSandboxes.Overhead.GVISOR);
  }
}
