package ai.bharatbuild.sandbox.process;

import java.nio.file.Path;
import java.util.UUID;

/**
 * How the tests reach bubblewrap and the launcher; scripts/test.sh installs one and builds the
 * other.
 */
final class ProcessTestSetup {
  static final Path BUBBLEWRAP = Path.of("/usr/bin/bwrap");
  static final Path LAUNCHER = Path.of("target/launcher/launcher").toAbsolutePath();

  private ProcessTestSetup() {}

  static ProcessSettings settings() {
    return new ProcessSettings(LAUNCHER, BUBBLEWRAP, "bharatbuild/" + UUID.randomUUID(), 2, 4, 64);
  }
}
