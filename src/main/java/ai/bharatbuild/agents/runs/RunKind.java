package ai.bharatbuild.agents.runs;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** What a run is to do. */
public enum RunKind {
  /** Makes a project, or changes one as a prompt says. */
  GENERATE,
  /** Repairs a project that is there. */
  FIX;

  @JsonValue
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
