package ai.bharatbuild.sandbox.advice;

import ai.bharatbuild.sandbox.advice.Invocation.Field;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The parts of a {@code find} command. */
final class FindCommand {
  private static final Set<String> RUNS = Set.of("-exec", "-execdir", "-ok", "-okdir");
  private static final Set<String> NAMES =
      Set.of("-name", "-iname", "-path", "-ipath", "-regex", "-iregex", "-newer", "-mtime");

  private FindCommand() {}

  /** Where it begins to look. */
  static List<Field> starts(Invocation find) {
    return find.args().stream()
        .dropWhile(arg -> Set.of("-H", "-L", "-P").contains(arg.plain()))
        .takeWhile(arg -> !arg.plain().matches("(?s)[-(!].*"))
        .toList();
  }

  /** Whether it takes some files only. */
  static boolean selects(Invocation find) {
    return find.plainArgs().stream().anyMatch(NAMES::contains);
  }

  static boolean deletes(Invocation find) {
    return find.plainArgs().contains("-delete")
        || started(find)
            .map(line -> line.getFirst().plain())
            .filter(name -> name.matches("(.*/)?(rm|shred|unlink|rmdir|sudo|sh|bash)"))
            .isPresent();
  }

  /** The command it runs for what it finds. */
  static Optional<List<Field>> started(Invocation find) {
    if (!find.named("find")) {
      return Optional.empty();
    }
    List<Field> line =
        find.args().stream()
            .dropWhile(arg -> !RUNS.contains(arg.plain()))
            .skip(1)
            .takeWhile(arg -> !arg.plain().matches("[;+]"))
            .map(
                arg ->
                    new Field(arg.plain().replace("{}", String.valueOf(Marks.UNKNOWN)), List.of()))
            .toList();
    return line.isEmpty() ? Optional.empty() : Optional.of(line);
  }
}
