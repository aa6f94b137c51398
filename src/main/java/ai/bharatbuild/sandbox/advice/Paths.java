package ai.bharatbuild.sandbox.advice;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** What a path in an expanded word points at. */
enum Paths {
  ROOT,
  HOME,
  /** A directory of the system as a whole, such as {@code /usr} or {@code /etc/*}. */
  SYSTEM,
  /** Something in such a directory. */
  IN_SYSTEM,
  /** The current directory as a whole, or one above it. */
  HERE,
  /** A directory whose name is an unknown value followed by a slash: the root, if it is empty. */
  UNKNOWN_OR_ROOT,
  ELSEWHERE;

  private static final Set<String> SYSTEM_DIRECTORIES =
      Set.of(
          "bin", "boot", "dev", "etc", "home", "lib", "lib32", "lib64", "opt", "proc", "root",
          "run", "sbin", "srv", "sys", "usr", "var");

  /** Directories whose every file belongs to the system. */
  private static final Set<String> ALL_SYSTEM =
      Set.of("bin", "boot", "dev", "etc", "lib", "lib32", "lib64", "proc", "sbin", "sys", "usr");

  private static final Pattern EVERYTHING = Pattern.compile("[.*?]*[*?][.*?]*|\\.?\\[.*");

  /**
   * @param cwd the current directory, or null when it is not known
   */
  static Paths of(String word, String cwd) {
    if (word.startsWith(String.valueOf(Marks.UNKNOWN))) {
      String rest = word.substring(1);
      return rest.startsWith("/") && names(rest).stream().allMatch(Paths::isEverything)
          ? UNKNOWN_OR_ROOT
          : ELSEWHERE;
    }
    String path = absolute(word, cwd);
    if (path == null) {
      return relative(word);
    }
    List<String> names = names(path);
    if (path.startsWith(String.valueOf(Marks.HOME))) {
      return whole(names, 1) ? HOME : ELSEWHERE;
    }
    if (whole(names, 0)) {
      return ROOT;
    }
    String first = names.getFirst();
    if (first.equals("root") && whole(names, 1) || first.equals("home") && whole(names, 2)) {
      return HOME;
    }
    if (SYSTEM_DIRECTORIES.contains(first) && whole(names, 1)) {
      return SYSTEM;
    }
    return ALL_SYSTEM.contains(first) ? IN_SYSTEM : ELSEWHERE;
  }

  private static Paths relative(String word) {
    List<String> names = new ArrayList<>(names(word));
    names.removeIf(name -> name.equals(".."));
    return names.isEmpty() || whole(names, 0) ? HERE : ELSEWHERE;
  }

  /** Whether the path is a directory of this depth or everything in it. */
  private static boolean whole(List<String> names, int depth) {
    return names.size() == depth || names.size() == depth + 1 && isEverything(names.getLast());
  }

  private static boolean isEverything(String name) {
    return EVERYTHING.matcher(name).matches();
  }

  /** The normalized path, beginning with a slash or the mark of the home; null if not known. */
  static String absolute(String word, String cwd) {
    if (word.startsWith("/")) {
      return "/" + String.join("/", names(word));
    }
    if (word.startsWith(String.valueOf(Marks.HOME))) {
      List<String> names = names(word);
      boolean above = names.isEmpty() || names.getFirst().indexOf(Marks.HOME) < 0;
      return above ? "/" + String.join("/", names) : String.join("/", names);
    }
    return cwd == null || word.startsWith(String.valueOf(Marks.UNKNOWN))
        ? null
        : absolute(cwd + "/" + word, null);
  }

  private static List<String> names(String path) {
    boolean relative = !path.startsWith("/") && !path.startsWith(String.valueOf(Marks.HOME));
    ArrayDeque<String> names = new ArrayDeque<>();
    for (String name : path.split("/")) {
      boolean climbs = name.equals("..") && !(names.isEmpty() || names.getLast().equals(".."));
      if (climbs) {
        names.removeLast();
      } else if (!name.isEmpty() && !name.equals(".") && (relative || !name.equals(".."))) {
        names.add(name);
      }
    }
    return List.copyOf(names);
  }
}
