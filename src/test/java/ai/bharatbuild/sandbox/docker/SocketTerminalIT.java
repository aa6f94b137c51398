package ai.bharatbuild.sandbox.docker;

import ai.bharatbuild.sandbox.SandboxRuntime;
import ai.bharatbuild.sandbox.SandboxRuntimeContractTerminal;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Path;

class SocketTerminalIT extends SandboxRuntimeContractTerminal {
  @Override
  protected SandboxRuntime open(Vertx vertx, String serverId) {
    return DockerTestSetup.openBySocket(vertx, serverId);
  }

  @Override
  protected void give(Path workspace) throws IOException {
    DockerTestSetup.give(workspace);
  }

  @Override
  protected int uid() {
    return DockerTestSetup.UID;
  }
}
