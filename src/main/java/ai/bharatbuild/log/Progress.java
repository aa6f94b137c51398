package ai.bharatbuild.log;

import java.util.function.LongConsumer;

/** The newest checkpoint of a log, and who wants to know when it is safe. */
final class Progress {
  private LongConsumer safe = inputs -> {};
  private Checkpoint newest;
  private Checkpoint written;
  private long told;

  Progress() {}

  /** Goes on from what was found on disk; null for nothing. */
  Progress(Checkpoint found) {
    newest = found;
    written = found;
    told = found == null ? 0 : found.inputs();
  }

  void onSafe(LongConsumer action) {
    safe = action;
  }

  Checkpoint newest() {
    return newest;
  }

  /**
   * @param failing whether the disk takes nothing, so that there is nothing to wait for
   */
  void reached(Checkpoint checkpoint, boolean failing) {
    newest = checkpoint;
    if (failing) {
      tell(checkpoint);
    }
  }

  /** What is to be written; null when that has happened. */
  Checkpoint due() {
    return newest == written ? null : newest;
  }

  /** A write has ended; {@code due} is what was due then. */
  void wrote(Checkpoint due, boolean failed) {
    if (due != null) {
      written = failed ? written : due;
      tell(failed ? newest : due);
    }
  }

  private void tell(Checkpoint checkpoint) {
    if (checkpoint.inputs() > told) {
      told = checkpoint.inputs();
      safe.accept(told);
    }
  }
}
