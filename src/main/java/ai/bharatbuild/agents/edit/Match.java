package ai.bharatbuild.agents.edit;

/**
 * Where a block was found.
 *
 * @param start index of its first line
 * @param length in lines
 * @param how how near it is
 */
public record Match(int start, int length, How how) {
  /** How near a place is to what was looked for. */
  public enum How {
    EXACT,
    /** But for whitespace. */
    WHITESPACE,
    /** Alike, within bounds. */
    SIMILAR
  }
}
