package ai.bharatbuild.agents.documents.facts;

/**
 * A place where what was planned, what is there and what was verified do not agree.
 *
 * @param subject the file, requirement or evidence that it is about
 * @param text what is wrong, as a sentence
 */
public record Drift(Kind kind, String subject, String text) {
  /** What does not agree. */
  public enum Kind {
    PLAN_UNREADABLE("Plan cannot be read"),
    PLAN_MISSING("No plan"),
    PLANNED_FILE_MISSING("Planned file is missing"),
    REQUIREMENT_FILE_MISSING("Requirement names a missing file"),
    UNPLANNED_FILE("File that nobody planned"),
    REQUIREMENT_RETIRED("Requirement is gone"),
    EVIDENCE_STALE("Evidence is out of date");

    private final String title;

    Kind(String title) {
      this.title = title;
    }

    public String title() {
      return title;
    }
  }
}
