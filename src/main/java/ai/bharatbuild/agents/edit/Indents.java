package ai.bharatbuild.agents.edit;

import java.util.List;

/** Carries over a difference of indentation from the lines that were looked for to new ones. */
final class Indents {
  private final String wanted;
  private final String real;

  private Indents(String wanted, String real) {
    this.wanted = wanted;
    this.real = real;
  }

  /** From the first line with something in it; none where the lines were found exactly. */
  static Indents between(List<String> wanted, SourceText text, Match match) {
    for (int i = 0; match.how() != Match.How.EXACT && i < wanted.size(); i++) {
      if (!wanted.get(i).isBlank() && !text.text(match.start() + i).isBlank()) {
        return new Indents(of(wanted.get(i)), of(text.text(match.start() + i)));
      }
    }
    return new Indents("", "");
  }

  String apply(String line) {
    return line.isBlank() || wanted.equals(real) || !line.startsWith(wanted)
        ? line
        : real + line.substring(wanted.length());
  }

  private static String of(String line) {
    return line.substring(0, line.length() - line.stripLeading().length());
  }
}
