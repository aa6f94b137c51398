package ai.bharatbuild.tasks;

import java.time.Instant;
import java.util.Map;
import java.util.UUID;

/**
 * A task as the API shows it.
 *
 * @param model that answered, or null where none was asked
 * @param cancelling whether it was cancelled and its worker has not stopped yet
 */
public record TaskView(
    UUID taskId,
    UUID projectId,
    String kind,
    TaskStatus status,
    int progress,
    boolean cancelling,
    int attempts,
    int maxAttempts,
    Map<String, Object> input,
    Map<String, Object> state,
    Map<String, Object> output,
    String error,
    long tokensUsed,
    long costPaise,
    String model,
    Instant createdAt,
    Instant startedAt,
    Instant finishedAt) {

  public static TaskView of(Task task) {
    return new TaskView(
        task.id(),
        task.projectId(),
        task.kind(),
        task.status(),
        task.progress(),
        task.cancelRequested() && !task.status().ended(),
        task.attempts(),
        task.maxAttempts(),
        map(task.input()),
        map(task.state()),
        map(task.output()),
        task.error(),
        task.spent().tokens(),
        task.spent().costPaise(),
        task.spent().model(),
        task.createdAt(),
        task.startedAt(),
        task.finishedAt());
  }

  private static Map<String, Object> map(io.vertx.core.json.JsonObject json) {
    return json == null ? null : json.getMap();
  }
}
