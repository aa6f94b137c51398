package ai.bharatbuild.tasks;

import io.vertx.core.json.JsonObject;

/**
 * How a task went, said by its worker.
 *
 * @param success whether what was asked for was done; otherwise it is not tried again
 * @param output for whoever asks for the task, or null
 * @param error why not, for people; null where it was done
 */
public record TaskOutcome(boolean success, JsonObject output, String error) {
  public static TaskOutcome done(JsonObject output) {
    return new TaskOutcome(true, output, null);
  }

  public static TaskOutcome failed(String error, JsonObject output) {
    return new TaskOutcome(false, output, error);
  }
}
