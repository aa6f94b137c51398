package ai.bharatbuild.jobs.search;

import ai.bharatbuild.files.FileFailure;
import ai.bharatbuild.files.FileStat;
import ai.bharatbuild.files.TreeWalk;
import ai.bharatbuild.files.Workspace;
import ai.bharatbuild.files.WorkspacePath;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;

/**
 * Goes through a tree step by step, each directory before what is in it and names in the order of
 * their bytes, so that it can be taken up again after any path. Links are never followed. For one
 * thread at a time.
 */
final class SortedWalk {
  /** One thing found. */
  record Entry(String path, String name, FileStat stat) {}

  private static final Comparator<Entry> ORDER =
      Comparator.comparing(Entry::name, WorkspacePath.BYTE_ORDER);

  private final Workspace workspace;
  private final TreeWalk.Filter filter;
  private final String after;
  private final Deque<Iterator<Entry>> levels = new ArrayDeque<>();
  private final WorkspacePath below;
  private WorkspacePath toList;
  private int skipped;

  /**
   * @param after a path that is done with all before it; null for none
   */
  SortedWalk(Workspace workspace, WorkspacePath below, TreeWalk.Filter filter, String after) {
    this.workspace = workspace;
    this.filter = filter;
    this.after = after;
    this.below = below;
    this.toList = below;
  }

  /** The next thing, or null at the end. A directory is listed when it is left behind. */
  Entry next() {
    if (toList != null) {
      WorkspacePath directory = toList;
      toList = null;
      levels.push(list(directory));
    }
    while (!levels.isEmpty()) {
      if (levels.peek().hasNext()) {
        Entry entry = levels.peek().next();
        if (entry.stat().isDirectory()) {
          toList = WorkspacePath.parse(entry.path());
        }
        return entry;
      }
      levels.pop();
    }
    return null;
  }

  /** Names so far that no path of the API can hold. */
  int skipped() {
    return skipped;
  }

  private Iterator<Entry> list(WorkspacePath directory) {
    List<Entry> found = new ArrayList<>();
    Set<String> names = new HashSet<>();
    try {
      skipped +=
          workspace
              .list(
                  directory,
                  (path, stat) -> {
                    String name = path.substring(path.lastIndexOf('/') + 1);
                    names.add(name);
                    found.add(new Entry(path, name, stat));
                  })
              .skipped();
    } catch (FileFailure e) {
      if (directory.equals(below) || e.kind() == FileFailure.Kind.IO) {
        throw e;
      }
      // Replaced by something else since it was found.
      return List.<Entry>of().iterator();
    }
    found.removeIf(entry -> isDone(entry) || !wanted(entry, names));
    found.sort(ORDER);
    return found.iterator();
  }

  private boolean wanted(Entry entry, Set<String> names) {
    return entry.stat().isFile()
        || entry.stat().isDirectory() && filter.enter(entry.path(), entry.name(), names);
  }

  private boolean isDone(Entry entry) {
    if (after == null || entry.path().equals(after)) {
      return false;
    }
    boolean onTheWay = after.startsWith(entry.path() + '/');
    return !onTheWay && WorkspacePath.BYTE_ORDER.compare(key(entry.path()), key(after)) < 0;
  }

  /** No name holds a NUL, so that with it between names paths sort as the walk meets them. */
  private static String key(String path) {
    return path.replace('/', '\0');
  }
}
