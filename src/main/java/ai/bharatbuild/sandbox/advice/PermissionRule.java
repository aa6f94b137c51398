package ai.bharatbuild.sandbox.advice;

import ai.bharatbuild.sandbox.advice.Advice.Level;
import ai.bharatbuild.sandbox.advice.Invocation.Field;
import java.util.List;
import java.util.function.Consumer;

/** Changes of permissions and owners. */
final class PermissionRule implements Rule {
  private static final Advice ALL =
      new Advice("permissions-root", Level.BLOCKED, "Changes the permissions of the whole system");
  private static final Advice SYSTEM =
      new Advice("permissions-system", Level.DANGEROUS, "Changes the permissions of system files");
  private static final Advice OPEN =
      new Advice("permissions-open", Level.MODERATE, "Lets everybody change the files");
  private static final Advice TO_ROOT =
      new Advice("chown-root", Level.BLOCKED, "Gives files to root");
  private static final Advice SET_USER =
      new Advice("set-user-id", Level.DANGEROUS, "Makes a program run as its owner");

  @Override
  public void check(Invocation program, Consumer<Advice> findings) {
    if (!program.named("chmod", "chown", "chgrp") || program.operands().isEmpty()) {
      return;
    }
    List<Field> operands = program.operands();
    String wanted = operands.getFirst().plain();
    if (program.named("chmod")) {
      if (wanted.matches("0?777|1777|(a|ugo|o|)[+=][rwxX]*w[rwxX]*")) {
        findings.accept(OPEN);
      }
      if (wanted.matches("[2467]\\d{3}|[ugoa]*[+=][rwx]*s.*")) {
        findings.accept(SET_USER);
      }
    } else if (wanted.matches("(root|0)([:.].*)?|:(root|0)")) {
      findings.accept(TO_ROOT);
    }
    boolean recursive = program.has("R", "--recursive");
    for (Field file : operands.subList(1, operands.size())) {
      Paths path = Paths.of(file.text(), program.cwd());
      if (path == Paths.ROOT) {
        findings.accept(recursive || file.text().contains("*") ? ALL : SYSTEM);
      } else if (path == Paths.SYSTEM || path == Paths.IN_SYSTEM) {
        findings.accept(SYSTEM);
      }
    }
  }
}
