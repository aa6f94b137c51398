package ai.bharatbuild.sandbox.docker;

import ai.bharatbuild.sandbox.NewSandboxes;
import ai.bharatbuild.sandbox.OneShotRuntime;
import ai.bharatbuild.sandbox.OneShotRuntimeContract;
import java.io.IOException;

/** Commands in containers of their own. */
class DockerOneShotIT extends OneShotRuntimeContract {
  @Override
  protected OneShotRuntime open() throws IOException {
    return DockerOneShots.open(vertx, "", NewSandboxes.Overhead.AGENT);
  }
}
