package ai.bharatbuild.jobs.search;

import ai.bharatbuild.files.WorkspacePath;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

/**
 * What is searched for, and where.
 *
 * @param text a literal text, or a regular expression of RE2's syntax
 * @param below directory to search in
 * @param include files to look into; empty for all
 * @param exclude files and directories to leave out
 * @param everywhere whether dependency directories are entered, too
 * @param limit most matches
 * @param context lines to show before and after each match
 * @param timeMs after which the search stops and says where
 * @param after where an earlier search stopped; null for the beginning
 */
public record SearchQuery(
    String text,
    boolean regex,
    boolean ignoreCase,
    WorkspacePath below,
    List<Glob> include,
    List<Glob> exclude,
    boolean everywhere,
    int limit,
    int context,
    long timeMs,
    Cursor after) {

  /**
   * A place in the order of a search: everything up to that line of that path is done.
   *
   * @param line 0 for a path that was only come to, {@link #WHOLE} for a file that is done
   */
  public record Cursor(String path, int line) {
    static final int WHOLE = Integer.MAX_VALUE;

    /** The text that callers bring back. */
    String encode() {
      String text = (line == WHOLE ? "" : line) + ":" + path;
      return Base64.getUrlEncoder()
          .withoutPadding()
          .encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * @throws IllegalArgumentException when it is not a cursor
     */
    public static Cursor decode(String encoded) {
      String text = new String(Base64.getUrlDecoder().decode(encoded), StandardCharsets.UTF_8);
      int colon = text.indexOf(':');
      if (colon < 0) {
        throw new IllegalArgumentException("no cursor");
      }
      int line = colon == 0 ? WHOLE : Integer.parseInt(text.substring(0, colon));
      String path = text.substring(colon + 1);
      return new Cursor(path.isEmpty() ? "" : WorkspacePath.parse(path).toString(), line);
    }
  }

  boolean includes(String path, String name) {
    return include.isEmpty() || include.stream().anyMatch(glob -> glob.matches(path, name));
  }

  boolean excludes(String path, String name) {
    return exclude.stream().anyMatch(glob -> glob.matches(path, name));
  }
}
