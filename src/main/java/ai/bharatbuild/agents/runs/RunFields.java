package ai.bharatbuild.agents.runs;

import ai.bharatbuild.http.Fields;
import java.util.Set;

/** What all requests for runs have, by whichever call they come. */
final class RunFields {
  static final int PROMPT = 50_000;
  private static final int TYPE = 48;
  private static final int NAME = 60;

  private RunFields() {}

  /** What is to be made; null where that was not said, which is noted in the fields. */
  static String prompt(Fields fields) {
    String prompt = fields.text("prompt", 1, PROMPT);
    if (prompt != null && prompt.isBlank()) {
      fields.error("prompt", "must say what is to be made", "value_error");
    }
    return prompt;
  }

  /**
   * What it is to be made with; null for the planner's choice.
   *
   * @param types that there are
   */
  static String projectType(Fields fields, Set<String> types) {
    String type = fields.text("project_type", 1, TYPE, null);
    if (type != null && !types.contains(type)) {
      fields.error(
          "project_type",
          "must be one of " + String.join(", ", types.stream().sorted().toList()),
          "value_error");
    }
    return type;
  }

  /** The beginning of a prompt, for a job that was given no name; null for no prompt. */
  static String name(String prompt) {
    if (prompt == null) {
      return null;
    }
    String line = prompt.strip().lines().findFirst().orElse("project");
    int end = line.offsetByCodePoints(0, Math.min(NAME, line.codePointCount(0, line.length())));
    return line.isEmpty() ? "project" : line.substring(0, end).strip();
  }
}
