package ai.bharatbuild.tasks;

import io.vertx.core.Future;

/**
 * Does the tasks of one kind. Called on the runner's event loop, which it must not block.
 *
 * <p>A task is given to one worker at a time, and again when its worker was lost before it answered
 * (a killed server), so what a worker does must bear being begun again; {@link TaskRun#note} is for
 * going on instead.
 */
public interface TaskWorker {
  /** What kind of task it does. */
  String kind();

  /** How many of them it does at once on this server. */
  int concurrency();

  /**
   * Does one. A failed future means that the attempt failed and another may succeed: the task is
   * tried again later, or is dead when it has no attempts left. What cannot succeed is {@link
   * TaskOutcome#failed}.
   */
  Future<TaskOutcome> run(TaskRun run);
}
