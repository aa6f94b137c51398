package ai.bharatbuild.jobs;

import ai.bharatbuild.files.FileStat;
import ai.bharatbuild.files.TreeWalk;
import ai.bharatbuild.files.Workspace;
import ai.bharatbuild.files.WorkspacePath;
import java.util.Set;

/**
 * Which directories belong to tools and not to the project: those of the configured names at any
 * depth, and {@code target} beside a {@code pom.xml} or {@code Cargo.toml}.
 */
final class DependencyDirectories implements TreeWalk.Filter {
  private static final String TARGET = "target";
  private static final Set<String> BUILD_FILES = Set.of("pom.xml", "Cargo.toml");
  private final Set<String> names;

  DependencyDirectories(Set<String> names) {
    this.names = names;
  }

  @Override
  public boolean enter(String path, String name, Set<String> siblings) {
    boolean target = name.equals(TARGET) && BUILD_FILES.stream().anyMatch(siblings::contains);
    return !target && !names.contains(name);
  }

  /** Whether a directory on the way to the file is such a directory, or could become one. */
  boolean mayHold(String path) {
    int start = 0;
    for (int slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', start)) {
      String segment = path.substring(start, slash);
      if (segment.equals(TARGET) || names.contains(segment)) {
        return true;
      }
      start = slash + 1;
    }
    return false;
  }

  /** Whether a directory is such a directory now, or lies in one. */
  boolean holds(Workspace workspace, WorkspacePath directory) {
    String path = directory.toString();
    int start = 0;
    while (start <= path.length() && !directory.isRoot()) {
      int slash = path.indexOf('/', start);
      int end = slash < 0 ? path.length() : slash;
      String name = path.substring(start, end);
      String prefix = path.substring(0, start);
      if (names.contains(name) || name.equals(TARGET) && besideBuildFile(workspace, prefix)) {
        return true;
      }
      start = end + 1;
    }
    return false;
  }

  private static boolean besideBuildFile(Workspace workspace, String prefix) {
    for (String file : BUILD_FILES) {
      FileStat stat = workspace.stat(WorkspacePath.parse(prefix + file));
      if (stat != null) {
        return true;
      }
    }
    return false;
  }
}
