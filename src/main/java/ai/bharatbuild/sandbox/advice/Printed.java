package ai.bharatbuild.sandbox.advice;

import ai.bharatbuild.sandbox.advice.Invocation.Field;
import java.util.Arrays;
import java.util.List;

/** What programs print, for the few of which that can be told. */
final class Printed {
  private Printed() {}

  /** The output of the programs of a pipeline: that of a lone {@code echo}, or a mark. */
  static String by(List<Invocation> programs) {
    if (programs.size() != 1) {
      return programs.isEmpty() ? "" : String.valueOf(Marks.UNKNOWN);
    }
    Invocation program = programs.getFirst();
    List<Field> operands = program.operands();
    if (program.named("echo")) {
      // All but its own first options are text.
      return join(
          program.args().stream().dropWhile(arg -> arg.plain().matches("-[neE]+")).toList());
    }
    if (program.named("printf") && !operands.isEmpty()) {
      boolean format = operands.getFirst().plain().contains("%");
      return join(format ? operands.subList(1, operands.size()) : operands).replace("\\n", "\n");
    }
    boolean lookup = program.named("which") || program.named("command") && program.has("v");
    if (lookup && !operands.isEmpty()) {
      return operands.getLast().text();
    }
    return program.named("pwd") && program.cwd() != null
        ? program.cwd()
        : String.valueOf(Marks.UNKNOWN);
  }

  /** The words that {@code xargs} would add. */
  static List<String> fields(List<Invocation> programs) {
    String text = by(programs);
    return text.isEmpty() || text.indexOf(Marks.UNKNOWN) >= 0
        ? List.of()
        : Arrays.asList(text.strip().split("\\s+"));
  }

  private static String join(List<Field> fields) {
    return String.join(" ", fields.stream().map(Field::text).toList());
  }
}
