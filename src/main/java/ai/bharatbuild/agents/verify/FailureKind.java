package ai.bharatbuild.agents.verify;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** What kind of failure kept a project from being verified. */
public enum FailureKind {
  /** The server's own: no sandbox, a lost exec, no disk. No change of the project helps. */
  INFRASTRUCTURE(false),
  /** The sandbox's: a tool is missing, memory or time are not enough, the network is closed. */
  ENVIRONMENT(false),
  /** A package that is not named, not found, or in a version that does not fit. */
  DEPENDENCY(true),
  SYNTAX(true),
  TYPE(true),
  TEST(true),
  RUNTIME(true),
  /** It runs, but nothing answers as planned on the planned port. */
  PORT(true);

  private final boolean repairable;

  FailureKind(boolean repairable) {
    this.repairable = repairable;
  }

  /** Its name in the API. */
  @JsonValue
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Whether changing the project's files can help. */
  public boolean repairable() {
    return repairable;
  }
}
