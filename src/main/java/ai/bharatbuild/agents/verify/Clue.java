package ai.bharatbuild.agents.verify;

import java.util.regex.Pattern;

/**
 * A line by which a failure is known.
 *
 * @param weight of two kinds of lines in one output, the heavier one is the cause and the other one
 *     its consequence
 */
record Clue(FailureKind kind, int weight, Pattern line) {
  /** What names a cause outright, such as a missing package. */
  static final int CAUSE = 3;

  /** An error as compilers and runtimes tell it. */
  static final int ERROR = 2;

  /** What only says that something failed. */
  static final int SUMMARY = 1;

  static Clue cause(FailureKind kind, String line) {
    return new Clue(kind, CAUSE, Pattern.compile(line));
  }

  static Clue error(FailureKind kind, String line) {
    return new Clue(kind, ERROR, Pattern.compile(line));
  }

  static Clue summary(FailureKind kind, String line) {
    return new Clue(kind, SUMMARY, Pattern.compile(line));
  }

  boolean isOn(String text) {
    return line.matcher(text).find();
  }
}
