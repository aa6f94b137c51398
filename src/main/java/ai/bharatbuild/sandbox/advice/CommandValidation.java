package ai.bharatbuild.sandbox.advice;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;

/**
 * The documented answer about a command.
 *
 * @param isValid whether a server that enforces its command rules would run it
 * @param sanitizedCommand the command without blanks around it; null when it is not valid
 * @param errorMessage why it is not valid, for people; null when it is
 * @param blockedPatterns names of the rules that were met at level dangerous or blocked
 * @param advice all that the rules say, the worst first
 */
public record CommandValidation(
    @JsonProperty("is_valid") boolean isValid,
    Advice.Level risk,
    String sanitizedCommand,
    String errorMessage,
    List<String> blockedPatterns,
    List<Advice> advice) {}
