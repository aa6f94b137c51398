package ai.bharatbuild.tasks;

import ai.bharatbuild.bus.Topic;

/** Where those who want to follow tasks hear of them. */
public final class TaskEvents {
  /** A task of this server was queued, begun, got on or ended; told at most once. */
  public static final Topic<Task> CHANGED = new Topic<>("tasks.changed", Task.class);

  private TaskEvents() {}
}
