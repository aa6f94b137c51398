package ai.bharatbuild.sandbox.advice;

import ai.bharatbuild.sandbox.advice.Invocation.Field;
import ai.bharatbuild.sandbox.advice.Invocation.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** The programs that run text as a program, and where they take it from. */
final class Interpreters {
  private static final Set<String> SHELLS =
      Set.of("sh", "bash", "dash", "ash", "zsh", "ksh", "mksh", "fish", "rbash");
  private static final Pattern LANGUAGES =
      Pattern.compile("(python|pypy|perl|ruby|node|nodejs|php|lua|deno|bun)[\\d.]*");
  private static final Set<String> TAKE_VALUE = Set.of("-o", "-O", "-W", "-X", "-r", "--rcfile");

  private Interpreters() {}

  static boolean isShell(Invocation program) {
    return SHELLS.contains(program.name());
  }

  static boolean isLanguage(Invocation program) {
    return LANGUAGES.matcher(program.name()).matches();
  }

  /** Code in the arguments: {@code -c} of shells, {@code -e} and the like, {@code eval}. */
  static Optional<Field> inline(Invocation program) {
    List<Field> args = program.args();
    if (program.named("eval") && !args.isEmpty()) {
      String joined = String.join(" ", args.stream().map(Field::text).toList());
      List<Invocation> sources = args.stream().flatMap(a -> a.sources().stream()).toList();
      return Optional.of(new Field(joined, sources));
    }
    boolean dashC = isShell(program) || program.named("su", "runuser");
    if (!dashC && !isLanguage(program)) {
      return Optional.empty();
    }
    String option = dashC ? "-[a-zA-Z]*c|--command" : "-c|-[a-zA-Z]*e|-r|--eval|-p|--print";
    for (int i = 0; i < args.size() - 1; i++) {
      if (args.get(i).plain().matches(option)) {
        return Optional.of(args.get(i + 1));
      }
    }
    return Optional.empty();
  }

  /** The script file, when one is named. */
  static Optional<Field> script(Invocation program) {
    if (program.named("source", ".")) {
      return program.operands().stream().findFirst();
    }
    if (inline(program).isPresent() || !isShell(program) && !isLanguage(program)) {
      return Optional.empty();
    }
    List<Field> args = program.args();
    for (int i = 0; i < args.size(); i++) {
      String arg = args.get(i).plain();
      if (arg.equals("-s") || arg.equals("-") || arg.equals("/dev/stdin")) {
        return Optional.empty();
      }
      if (TAKE_VALUE.contains(arg) && isShell(program)) {
        i++;
      } else if (!arg.startsWith("-") || arg.equals("-m")) {
        return Optional.of(args.get(i));
      }
    }
    return Optional.empty();
  }

  /** Whether the program comes from the standard input. */
  static boolean readsInput(Invocation program) {
    return (isShell(program) || isLanguage(program))
        && inline(program).isEmpty()
        && script(program).isEmpty();
  }

  /**
   * Everything that ends up as program text of this invocation, as far as it is a program's output.
   */
  static List<Invocation> codeSources(Invocation program) {
    List<Invocation> sources = new ArrayList<>(program.command().sources());
    inline(program).ifPresent(code -> sources.addAll(code.sources()));
    script(program).ifPresent(file -> sources.addAll(file.sources()));
    if (readsInput(program)) {
      sources.addAll(program.upstream());
      for (Target redirect : program.redirects()) {
        sources.addAll(redirect.file().sources());
      }
    }
    return sources;
  }
}
