package ai.bharatbuild.tasks;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.function.Consumer;

/** One attempt at a task, as its worker sees it. Belongs to the runner's event loop. */
public interface TaskRun {
  Task task();

  /**
   * Notes how far it is and what another attempt would need to go on from here. When the future
   * succeeds it is on disk; it fails when the attempt is over, and the worker must stop.
   *
   * @param progress 0 to 100
   */
  Future<Void> note(int progress, JsonObject state);

  /** Why a worker is to stop. */
  enum Stop {
    /** Somebody cancelled the task: what was begun for it is to end. */
    CANCELLED,
    /** The lease was lost, so another worker may have it: nothing may be done any more. */
    LOST,
    /** The server stops. The task is given back; what goes on by itself may do so. */
    CLOSING
  }

  /**
   * Sets what is called, once, when the worker is to stop and to complete its future soon, in
   * whatever way. Called at once when that has happened already.
   */
  void onStop(Consumer<Stop> action);

  /** Whether the worker is to stop. */
  boolean stopped();
}
