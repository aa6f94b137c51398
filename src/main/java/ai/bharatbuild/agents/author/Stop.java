package ai.bharatbuild.agents.author;

import ai.bharatbuild.agents.work.RunScope;
import ai.bharatbuild.agents.work.RunStoppedException;

/** Whether work is to go on. */
final class Stop {
  private Stop() {}

  /**
   * Throws {@link RunStoppedException} when the run is to end, or when this thread was interrupted,
   * since what it does is not wanted any more: another part of the stage failed.
   */
  static void check(RunScope scope) {
    scope.check();
    if (Thread.currentThread().isInterrupted()) {
      throw new RunStoppedException("another part of the stage failed");
    }
  }
}
