package ai.bharatbuild.sandbox.advice;

import ai.bharatbuild.sandbox.advice.Invocation.Field;
import ai.bharatbuild.sandbox.advice.Syntax.Home;
import ai.bharatbuild.sandbox.advice.Syntax.Literal;
import ai.bharatbuild.sandbox.advice.Syntax.Part;
import ai.bharatbuild.sandbox.advice.Syntax.ProcessSubstitution;
import ai.bharatbuild.sandbox.advice.Syntax.Script;
import ai.bharatbuild.sandbox.advice.Syntax.Substitution;
import ai.bharatbuild.sandbox.advice.Syntax.Variable;
import ai.bharatbuild.sandbox.advice.Syntax.Word;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Turns words into the fields that a program would get, as far as that can be told. */
final class Expander {
  /** Longer values are given up, lest a few assignments double themselves without end. */
  private static final int LONGEST = 20_000;

  private static final int MOST_ALTERNATIVES = 64;

  private final Map<String, String> variables;
  private final Function<Script, Output> run;
  private final List<Invocation> sources = new ArrayList<>();
  private final List<String> fields = new ArrayList<>();
  private StringBuilder field;

  /**
   * @param run gives the programs of a substitution and what they print, when it is known
   */
  Expander(Map<String, String> variables, Function<Script, Output> run) {
    this.variables = variables;
    this.run = run;
  }

  /** The fields of a word, split and with braces expanded. */
  List<Field> fields(Word word) {
    expand(word, true);
    boolean braces =
        word.parts().stream()
            .anyMatch(p -> p instanceof Literal l && !l.quoted() && l.text().contains("{"));
    List<Invocation> from = List.copyOf(sources);
    return fields.stream()
        .flatMap(text -> (braces ? alternatives(text) : List.of(text)).stream())
        .map(text -> new Field(text, from))
        .toList();
  }

  /** The value of a word where it is not split, as in an assignment. */
  Field value(Word word) {
    expand(word, false);
    return new Field(fields.isEmpty() ? "" : fields.getFirst(), List.copyOf(sources));
  }

  private void expand(Word word, boolean split) {
    sources.clear();
    fields.clear();
    field = null;
    for (Part part : word.parts()) {
      switch (part) {
        case Literal text -> append(text.quoted() ? Marks.quoted(text.text()) : text.text());
        case Home _ -> append(String.valueOf(Marks.HOME));
        case Variable variable -> insert(value(variable), variable.quoted() || !split);
        case Substitution output -> {
          Output result = run.apply(output.script());
          sources.addAll(result.programs());
          insert(result.text(), output.quoted() || !split);
        }
        case ProcessSubstitution pipe -> {
          sources.addAll(run.apply(pipe.script()).programs());
          append("/dev/fd/" + Marks.UNKNOWN);
        }
      }
    }
    if (field != null) {
      fields.add(field.toString());
    }
  }

  private String value(Variable variable) {
    String value = variables.get(variable.name());
    if (value == null && variable.fallback() != null) {
      return new Expander(variables, run).value(variable.fallback()).text();
    }
    return value == null ? String.valueOf(Marks.UNKNOWN) : value;
  }

  private void append(String text) {
    if (field == null) {
      field = new StringBuilder();
    }
    field.append(field.length() + text.length() > LONGEST ? String.valueOf(Marks.UNKNOWN) : text);
  }

  private void insert(String text, boolean whole) {
    if (whole) {
      append(Marks.quoted(text));
      return;
    }
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (!Character.isWhitespace(c)) {
        append(String.valueOf(c));
      } else if (field != null) {
        fields.add(field.toString());
        field = null;
      }
    }
  }

  private static List<String> alternatives(String text) {
    List<String> all = new ArrayList<>(List.of(text));
    for (int i = 0; i < all.size() && all.size() < MOST_ALTERNATIVES; ) {
      List<String> expanded = firstBraces(all.get(i));
      if (expanded.isEmpty()) {
        i++;
      } else {
        all.remove(i);
        all.addAll(i, expanded);
      }
    }
    return all;
  }

  private static List<String> firstBraces(String text) {
    int open = text.lastIndexOf('{');
    int close = open < 0 ? -1 : text.indexOf('}', open);
    if (close < 0 || text.substring(open, close).indexOf(',') < 0) {
      return List.of();
    }
    List<String> expanded = new ArrayList<>();
    for (String choice : text.substring(open + 1, close).split(",", -1)) {
      expanded.add(text.substring(0, open) + choice + text.substring(close + 1));
    }
    return expanded;
  }

  /** What a substitution runs, and what it prints or a mark. */
  record Output(List<Invocation> programs, String text) {}
}
