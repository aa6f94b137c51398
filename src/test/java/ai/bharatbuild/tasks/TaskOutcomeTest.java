package ai.bharatbuild.tasks;

import static org.assertj.core.api.Assertions.assertThat;

import ai.bharatbuild.problem.ApiException;
import ai.bharatbuild.problem.Problem;
import io.vertx.core.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TaskOutcomeTest {
  private static Future<TaskOutcome> judge(Throwable cause) {
    return TaskOutcome.judge(cause, Problem::detail);
  }

  @ParameterizedTest
  @CsvSource({"400,bad_request", "404,not_found", "409,run_active", "422,validation_failed"})
  void whatTheCallerMustMendIsNotTriedAgain(int status, String code) {
    Future<TaskOutcome> judged = judge(new ApiException(status, code, "No."));

    assertThat(judged.result()).isEqualTo(TaskOutcome.failed("No.", null));
  }

  @ParameterizedTest
  @CsvSource({
    "429,busy",
    "500,internal_error",
    "503,unavailable",
    "507,no_space",
    "409,attempt_over"
  })
  void whatPassesIsTriedAgain(int status, String code) {
    ApiException cause = new ApiException(status, code, "No.");

    assertThat(judge(cause).cause()).isSameAs(cause);
  }

  @Test
  void whatNobodyForesawIsTriedAgain() {
    IllegalStateException cause = new IllegalStateException();

    assertThat(judge(cause).cause()).isSameAs(cause);
  }
}
