package ai.bharatbuild.agents.verify;

import ai.bharatbuild.agents.verify.Evidence.Step;
import java.util.regex.Pattern;

/** What the way in which a command ended says by itself. */
final class Endings {
  /** Printed by what goes on until it is stopped; none of that is a build or a test. */
  private static final Pattern WATCHES =
      Pattern.compile(
          "(?i)watching for (?:file )?changes|waiting for file changes|press h to show help"
              + "|\\bwatch usage\\b|found 0 errors\\. watching|local:\\s+http://|listening on");

  private Endings() {}

  /** A headline; null where it says nothing, and the output must. */
  static String of(String step, Step seen) {
    String command = "The command to " + seen.name();
    return switch (seen.cause()) {
      case "exited", "signalled", "serving" -> null;
      case "timeout" ->
          command + " did not end within its limit of " + Math.round(seen.millis() / 1000.0) + " s";
      case "oom" -> command + " needed more memory than the sandbox has";
      case "cpu_limit" -> command + " needed more processor time than it may have";
      case "pids_limit" -> command + " started more processes than the sandbox may have";
      case "disk_limit" -> command + " wrote more than the workspace may hold";
      case "output_limit" -> command + " printed more than it may";
      case "cancelled" -> command + " was ended from outside";
      default -> command + " was lost by the server: " + seen.cause();
    };
  }

  static FailureKind kind(String step, Step seen, String output) {
    return switch (seen.cause()) {
      case "timeout" ->
          step.equals("test")
              ? FailureKind.TEST
              : WATCHES.matcher(output).find() ? FailureKind.RUNTIME : FailureKind.ENVIRONMENT;
      case "oom", "cpu_limit", "pids_limit", "disk_limit" -> FailureKind.ENVIRONMENT;
      case "output_limit" -> FailureKind.RUNTIME;
      default -> FailureKind.INFRASTRUCTURE;
    };
  }
}
