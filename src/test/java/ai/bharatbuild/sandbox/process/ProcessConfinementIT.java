package ai.bharatbuild.sandbox.process;

import ai.bharatbuild.sandbox.OneShotRuntime;
import ai.bharatbuild.sandbox.OneShotRuntimeConfinement;

/** Confinement by bubblewrap, with the host's own programs. */
class ProcessConfinementIT extends OneShotRuntimeConfinement {
  @Override
  protected OneShotRuntime open() {
    return ProcessRuntime.start(vertx, ProcessTestSetup.settings(), Roots.host());
  }
}
