package ai.bharatbuild.agents.runs;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** How a run is. */
public enum RunStatus {
  /** Waits for its turn. */
  QUEUED,
  RUNNING,
  /** Waits for the user. */
  WAITING,
  /** Its project was seen to install, build, pass its tests and answer. */
  COMPLETE,
  FAILED,
  CANCELLED;

  public boolean ended() {
    return this == COMPLETE || this == FAILED || this == CANCELLED;
  }

  @JsonValue
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
