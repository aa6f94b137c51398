package ai.bharatbuild.sandbox.docker;

import ai.bharatbuild.sandbox.ExitReport.Cause;
import ai.bharatbuild.sandbox.OneShotRuntime;
import ai.bharatbuild.sandbox.OneShotRuntimeConfinement;
import java.io.IOException;

/** Confinement under gVisor, where the engine was set up for it. */
class RunscOneShotConfinementIT extends OneShotRuntimeConfinement {
  @Override
  protected OneShotRuntime open() throws IOException {
    return RunscTestSetup.open(vertx, getClass());
  }

  @Override
  protected boolean hostKernel() {
    return false;
  }

  /** Its kernel ends when it gets no more threads. */
  @Override
  protected Cause outOfProcesses() {
    return Cause.LOST;
  }
}
