package ai.bharatbuild.jobs;

import ai.bharatbuild.files.FileStat;
import ai.bharatbuild.files.TreeWalk;
import ai.bharatbuild.files.Workspace;
import ai.bharatbuild.files.WorkspacePath;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What a workspace holds, in the order of the bytes of the paths.
 *
 * @param entries everything found, links and directories too, by path
 * @param skipped names that no path can hold
 */
record ProjectScan(Map<String, FileStat> entries, int skipped) {
  /** The project: without dependency directories, but with the API's own files in them. */
  static ProjectScan project(
      Workspace workspace,
      WorkspacePath below,
      DependencyDirectories dependencies,
      Set<String> written) {
    Map<String, FileStat> found = new TreeMap<>(WorkspacePath.BYTE_ORDER);
    int skipped = 0;
    if (!dependencies.holds(workspace, below)) {
      skipped = workspace.walk(below, dependencies, found::put).skipped();
    }
    for (String path : written) {
      WorkspacePath parsed = WorkspacePath.parse(path);
      if (!found.containsKey(path) && parsed.isWithin(below) && !parsed.equals(below)) {
        addFile(workspace, parsed, found);
      }
    }
    return new ProjectScan(found, skipped);
  }

  private static void addFile(
      Workspace workspace, WorkspacePath path, Map<String, FileStat> found) {
    try {
      FileStat stat = workspace.stat(path);
      if (stat != null && stat.isFile()) {
        found.put(path.toString(), stat);
      }
    } catch (ai.bharatbuild.files.FileFailure e) {
      // Something in the sandbox put a link on its way: the file is not there any more.
    }
  }

  /** Everything there is. */
  static ProjectScan all(Workspace workspace, WorkspacePath below) {
    Map<String, FileStat> found = new TreeMap<>(WorkspacePath.BYTE_ORDER);
    int skipped = workspace.walk(below, TreeWalk.Filter.ALL, found::put).skipped();
    return new ProjectScan(found, skipped);
  }

  Map<String, Long> fileSizes() {
    Map<String, Long> sizes = new HashMap<>();
    entries.forEach(
        (path, stat) -> {
          if (stat.isFile()) {
            sizes.put(path, stat.size());
          }
        });
    return sizes;
  }
}
