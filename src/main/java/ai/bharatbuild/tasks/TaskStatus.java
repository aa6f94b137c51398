package ai.bharatbuild.tasks;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The states of a task. Ways between them: pending ⇄ running → one of the ends → pending. */
public enum TaskStatus {
  /** Waits for a worker, or for its time to come after a failed attempt. */
  PENDING,
  /** A worker has it on lease. */
  RUNNING,
  COMPLETED,
  /** Its worker said that it cannot be done. */
  FAILED,
  /** Every attempt ended without an answer; it is kept for somebody to look at. */
  DEAD,
  CANCELLED;

  /** Whether it waits for nothing any more; only then can it be retried. */
  public boolean ended() {
    return this != PENDING && this != RUNNING;
  }

  @JsonValue
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static Optional<TaskStatus> of(String text) {
    return Arrays.stream(values()).filter(it -> it.text().equals(text)).findFirst();
  }
}
