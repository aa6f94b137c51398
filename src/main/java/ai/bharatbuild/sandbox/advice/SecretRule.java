package ai.bharatbuild.sandbox.advice;

import ai.bharatbuild.sandbox.advice.Advice.Level;
import ai.bharatbuild.sandbox.advice.Invocation.Field;
import ai.bharatbuild.sandbox.advice.Invocation.Target;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Files that only somebody who wants other people's secrets looks at. */
final class SecretRule implements Rule {
  private static final Advice SHADOW =
      new Advice("passwords", Level.BLOCKED, "Uses the file of password hashes");
  private static final Advice ACCOUNTS =
      new Advice("accounts", Level.MODERATE, "Uses the file of accounts");
  private static final Advice PROCESSES =
      new Advice("processes", Level.MODERATE, "Looks into other processes");

  @Override
  public void check(Invocation program, Consumer<Advice> findings) {
    if (program.named("echo", "printf", "git")) {
      return; // their words are text, not files
    }
    Stream<Field> files =
        Stream.concat(program.operands().stream(), program.redirects().stream().map(Target::file));
    files
        .map(file -> Paths.absolute(file.text(), program.cwd()))
        .filter(path -> path != null)
        .forEach(path -> look(path, findings));
  }

  private static void look(String path, Consumer<Advice> findings) {
    if (!path.startsWith("/etc/") && !path.startsWith("/proc/")) {
      return;
    }
    if (path.matches("/etc/g?shadow-?")) {
      findings.accept(SHADOW);
    } else if (path.matches("/etc/(passwd|sudoers.*)")) {
      findings.accept(ACCOUNTS);
    } else if (path.matches("/proc/([^/]+/(environ|mem|root.*|maps)|kcore|kallsyms)")) {
      findings.accept(PROCESSES);
    }
  }
}
