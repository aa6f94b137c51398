package ai.bharatbuild.sandbox.advice;

import ai.bharatbuild.sandbox.advice.Advice.Level;
import ai.bharatbuild.sandbox.advice.Invocation.Field;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Removal of more than a project's files, by {@code rm} or {@code find}. */
final class RemovalRule implements Rule {
  private static final Map<Paths, Advice> WHOLE =
      Map.of(
          Paths.ROOT, new Advice("rm-root", Level.BLOCKED, "Removes the root directory"),
          Paths.HOME, new Advice("rm-home", Level.BLOCKED, "Removes the home directory"),
          Paths.SYSTEM, new Advice("rm-system", Level.DANGEROUS, "Removes a system directory"),
          Paths.IN_SYSTEM, new Advice("rm-system", Level.DANGEROUS, "Removes system files"),
          Paths.HERE, new Advice("rm-here", Level.MODERATE, "Removes all of the current directory"),
          Paths.UNKNOWN_OR_ROOT,
              new Advice(
                  "rm-variable",
                  Level.MODERATE,
                  "Removes the root directory if the variable is empty"));

  private static final Map<Paths, Advice> FILES =
      Map.of(
          Paths.ROOT, new Advice("rm-root", Level.DANGEROUS, "Removes files of the root directory"),
          Paths.SYSTEM, WHOLE.get(Paths.SYSTEM),
          Paths.IN_SYSTEM, WHOLE.get(Paths.IN_SYSTEM));

  private static final Advice SOME =
      new Advice("find-delete", Level.DANGEROUS, "Removes files all over the system");

  @Override
  public void check(Invocation program, Consumer<Advice> findings) {
    if (program.named("rm")) {
      remove(program, findings);
      boolean listed = program.upstream().stream().anyMatch(source -> source.named("find"));
      if (listed) {
        program.upstream().forEach(source -> find(source, findings));
      }
    } else if (program.named("find") && FindCommand.deletes(program)) {
      find(program, findings);
    }
  }

  private static void remove(Invocation rm, Consumer<Advice> findings) {
    boolean recursive = rm.has("rR", "--recursive", "--no-preserve-root");
    report(rm.operands(), rm, recursive ? WHOLE : FILES, findings);
  }

  private static void find(Invocation find, Consumer<Advice> findings) {
    List<Field> starts = FindCommand.starts(find);
    if (!find.named("find") || starts.isEmpty()) {
      return;
    }
    boolean some = FindCommand.selects(find);
    for (Field start : starts) {
      Advice advice = WHOLE.get(Paths.of(start.text(), find.cwd()));
      if (advice != null && advice.level().compareTo(Level.DANGEROUS) >= 0) {
        findings.accept(some ? SOME : advice);
      }
    }
  }

  private static void report(
      List<Field> operands, Invocation rm, Map<Paths, Advice> table, Consumer<Advice> findings) {
    for (Field operand : operands) {
      Advice advice = table.get(Paths.of(operand.text(), rm.cwd()));
      if (advice != null) {
        findings.accept(advice);
      }
    }
  }
}
