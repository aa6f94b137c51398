package ai.bharatbuild.jobs.search;

import ai.bharatbuild.problem.ApiException;
import ai.bharatbuild.problem.FieldError;
import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.List;
import java.util.function.BooleanSupplier;

/** Finds the first match in a line, in time linear in its length. For one thread at a time. */
final class LineFinder {
  /** Larger programs take too long for each character; as RE2 counts instructions. */
  private static final int MAX_PROGRAM = 5_000;

  /** Shorter work is not worth looking at the clock meanwhile. */
  private static final long UNWATCHED_STEPS = 500_000;

  /** The time was over within a line. */
  static final class InterruptedSearch extends RuntimeException {
    private static final long serialVersionUID = 1L;

    InterruptedSearch() {
      super(null, null, false, false);
    }
  }

  private final String literal;
  private final Matcher matcher;
  private final int program;
  private final BooleanSupplier over;
  private int start;
  private int end;

  private LineFinder(String literal, Pattern pattern, BooleanSupplier over) {
    this.literal = literal;
    this.matcher = pattern == null ? null : pattern.matcher("");
    this.program = pattern == null ? 0 : pattern.programSize();
    this.over = over;
  }

  /**
   * @param over whether a long match is to be given up; asked now and then
   * @throws ApiException 422 when the regular expression is wrong or too large
   */
  static LineFinder of(SearchQuery query, BooleanSupplier over) {
    if (!query.regex() && !query.ignoreCase()) {
      return new LineFinder(query.text(), null, over);
    }
    String regex = query.regex() ? query.text() : Pattern.quote(query.text());
    try {
      Pattern pattern = Pattern.compile(regex, query.ignoreCase() ? Pattern.CASE_INSENSITIVE : 0);
      if (pattern.programSize() > MAX_PROGRAM) {
        throw wrong("is too large a regular expression; use smaller repetitions");
      }
      return new LineFinder(null, pattern, over);
    } catch (PatternSyntaxException e) {
      throw wrong("is not a regular expression of RE2's syntax: " + e.getDescription());
    }
  }

  private static ApiException wrong(String msg) {
    return ApiException.validation(
        List.of(new FieldError(List.of("query", "q"), "q " + msg, "value_error")));
  }

  /** The literal that every match is, or null: then each line is to be asked about. */
  String literal() {
    return literal;
  }

  /** Whether the line holds a match, which {@link #start} and {@link #end} then tell. */
  boolean find(String line) {
    if (literal != null) {
      start = line.indexOf(literal);
      end = start + literal.length();
      return start >= 0;
    }
    boolean brief = (long) line.length() * program <= UNWATCHED_STEPS;
    matcher.reset(brief ? line : new Watched(line, over));
    boolean found = matcher.find();
    if (found) {
      start = matcher.start();
      end = matcher.end();
    }
    return found;
  }

  int start() {
    return start;
  }

  int end() {
    return end;
  }

  /** A text whose reader is stopped when the time is over. */
  private static final class Watched implements CharSequence {
    private static final int EVERY = 64;
    private final String text;
    private final BooleanSupplier over;
    private int reads;

    Watched(String text, BooleanSupplier over) {
      this.text = text;
      this.over = over;
    }

    @Override
    public int length() {
      return text.length();
    }

    @Override
    public char charAt(int index) {
      if (++reads % EVERY == 0 && over.getAsBoolean()) {
        throw new InterruptedSearch();
      }
      return text.charAt(index);
    }

    @Override
    public CharSequence subSequence(int from, int to) {
      return text.subSequence(from, to);
    }

    @Override
    public String toString() {
      return text;
    }
  }
}
