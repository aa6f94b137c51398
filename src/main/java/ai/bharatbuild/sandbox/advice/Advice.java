package ai.bharatbuild.sandbox.advice;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/**
 * What one rule says of a command.
 *
 * @param rule stable name of the rule, such as {@code rm-root}
 * @param message for people
 */
public record Advice(String rule, Level level, String message) {

  /** How bad a command would be outside a sandbox; the names are the API's, in lower case. */
  public enum Level {
    SAFE,
    MODERATE,
    DANGEROUS,
    BLOCKED;

    @JsonValue
    public String id() {
      return name().toLowerCase(Locale.ROOT);
    }

    /** Whether a server that enforces its command rules refuses such a command. */
    public boolean refused() {
      return this == BLOCKED;
    }
  }
}
