package ai.bharatbuild.sandbox.docker;

import ai.bharatbuild.sandbox.NewSandboxes;
import ai.bharatbuild.sandbox.OneShotRuntime;
import ai.bharatbuild.sandbox.OneShotRuntimeConfinement;
import java.io.IOException;

/** Confinement of commands in containers of their own. */
class DockerOneShotConfinementIT extends OneShotRuntimeConfinement {
  @Override
  protected OneShotRuntime open() throws IOException {
    return DockerOneShots.open(vertx, "", NewSandboxes.Overhead.AGENT);
  }
}
