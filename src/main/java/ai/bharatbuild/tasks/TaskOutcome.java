package ai.bharatbuild.tasks;

import ai.bharatbuild.problem.ApiException;
import ai.bharatbuild.problem.Problem;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.function.Function;

/**
 * How a task went, said by its worker.
 *
 * @param success whether what was asked for was done; otherwise it is not tried again
 * @param output for whoever asks for the task, or null
 * @param error why not, for people; null where it was done
 * @param spent what models cost for it since the task was put on the queue, or again
 */
public record TaskOutcome(boolean success, JsonObject output, String error, Spent spent) {
  /**
   * What models cost.
   *
   * @param tokens of all kinds together
   * @param costPaise hundredths of a rupee
   * @param model that answered, or null where none was asked
   */
  public record Spent(long tokens, long costPaise, String model) {
    public static final Spent NOTHING = new Spent(0, 0, null);
  }

  private static final int TOO_MANY = 429;
  private static final int SERVER = 500;

  public static TaskOutcome done(JsonObject output) {
    return new TaskOutcome(true, output, null, Spent.NOTHING);
  }

  public static TaskOutcome failed(String error, JsonObject output) {
    return new TaskOutcome(false, output, error, Spent.NOTHING);
  }

  /** The same, which cost something. */
  public TaskOutcome spending(Spent what) {
    return new TaskOutcome(success, output, error, what);
  }

  /**
   * What an attempt came to that met a failure. What the caller must mend is no reason to try
   * again; what the server lacks now is, and so is the end of the attempt itself: then the future
   * fails.
   *
   * @param words what is told of the caller's failure
   */
  public static Future<TaskOutcome> judge(Throwable cause, Function<Problem, String> words) {
    if (!(cause instanceof ApiException known) || passes(known.problem())) {
      return Future.failedFuture(cause);
    }
    return Future.succeededFuture(failed(words.apply(known.problem()), null));
  }

  private static boolean passes(Problem problem) {
    return problem.status() >= SERVER
        || problem.status() == TOO_MANY
        || problem.code().equals("attempt_over");
  }
}
