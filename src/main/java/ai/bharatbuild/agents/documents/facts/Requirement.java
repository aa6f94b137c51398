package ai.bharatbuild.agents.documents.facts;

import java.util.List;

/**
 * Something that the project must do, and where that can be seen.
 *
 * @param id such as {@code REQ-001}; stays with its key for as long as the project has it
 * @param key what it comes from, such as {@code task:T1}
 * @param files paths that are to fulfil it, there or not
 * @param tests paths of the tests that belong to them and are there
 */
public record Requirement(
    String id,
    Kind kind,
    String statement,
    String key,
    List<String> files,
    List<String> tests,
    Result result) {
  public Requirement {
    files = List.copyOf(files);
    tests = List.copyOf(tests);
  }

  /** What a requirement is about. */
  public enum Kind {
    FUNCTION("Function"),
    INTERFACE("External interface"),
    QUALITY("Quality");

    private final String title;

    Kind(String title) {
      this.title = title;
    }

    public String title() {
      return title;
    }
  }

  /** What the evidence says of a requirement. */
  public enum Result {
    MET("met"),
    FAILED("failed"),
    NO_TEST("no test of its own"),
    STALE("evidence is out of date"),
    UNKNOWN("not verified");

    private final String text;

    Result(String text) {
      this.text = text;
    }

    public String text() {
      return text;
    }
  }

  /** What it comes from, in words. */
  public String source() {
    int colon = key.indexOf(':');
    String kind = colon < 0 ? key : key.substring(0, colon);
    return switch (kind) {
      case "task" -> "plan, task " + key.substring(colon + 1);
      case "command" -> "plan, command " + key.substring(colon + 1);
      case "probe" -> "plan, probe";
      default -> "description";
    };
  }
}
