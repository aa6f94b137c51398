package ai.bharatbuild.sandbox.process;

import ai.bharatbuild.sandbox.OneShotRuntime;
import ai.bharatbuild.sandbox.OneShotRuntimeContract;

/** Commands in sandboxes of bubblewrap, with the host's own programs. */
class ProcessOneShotIT extends OneShotRuntimeContract {
  @Override
  protected OneShotRuntime open() {
    return ProcessRuntime.start(vertx, ProcessTestSetup.settings(), Roots.host());
  }
}
