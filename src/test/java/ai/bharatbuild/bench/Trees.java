package ai.bharatbuild.bench;

import java.io.IOException;
import java.nio.file.Path;

/** Whole directories, by the system's own tools. */
final class Trees {
  private Trees() {}

  static void delete(Path tree) throws IOException, InterruptedException {
    Commands.run("rm", "-rf", "--one-file-system", tree.toString());
  }

  /**
   * Waits until that file system has nothing left to write, so that the next round starts equal.
   */
  static void settle(Path inside) throws IOException, InterruptedException {
    Commands.run("sync", "-f", inside.toString());
  }
}
