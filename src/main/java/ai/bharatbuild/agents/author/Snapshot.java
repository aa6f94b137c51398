package ai.bharatbuild.agents.author;

import ai.bharatbuild.agents.work.Workspace;
import ai.bharatbuild.agents.work.Workspace.Entry;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/** A project's files at a moment, to find out what is different later. */
final class Snapshot {
  /** Larger files are compared by their size. */
  private static final int LARGEST = 1 << 20;

  private static final long MOST = 64L << 20;

  private final Map<String, Entry> entries = new TreeMap<>();
  private final Map<String, byte[]> contents = new TreeMap<>();

  private Snapshot() {}

  static Snapshot of(Workspace workspace) {
    return of(workspace, path -> true);
  }

  /** Of the files that are chosen. */
  static Snapshot of(Workspace workspace, Predicate<String> chosen) {
    Snapshot snapshot = new Snapshot();
    long read = 0;
    for (Entry entry : workspace.files()) {
      if (!chosen.test(entry.path())) {
        continue;
      }
      snapshot.entries.put(entry.path(), entry);
      if (entry.bytes() <= LARGEST && read + entry.bytes() <= MOST) {
        Optional<byte[]> bytes = Looks.at(workspace, entry.path());
        bytes.ifPresent(it -> snapshot.contents.put(entry.path(), it));
        read += entry.bytes();
      }
    }
    return snapshot;
  }

  /** Whether there was such a file. */
  boolean has(String path) {
    return entries.containsKey(path);
  }

  /** How many bytes it had. */
  long bytes(String path) {
    return entries.get(path).bytes();
  }

  /** Its bytes; empty where they were not kept. */
  Optional<byte[]> content(String path) {
    return Optional.ofNullable(contents.get(path));
  }

  /** Paths of what is different in a later one, sorted. */
  List<String> changed(Snapshot later) {
    Set<String> paths = new TreeSet<>(entries.keySet());
    paths.addAll(later.entries.keySet());
    List<String> changed = new ArrayList<>();
    for (String path : paths) {
      byte[] before = contents.get(path);
      byte[] after = later.contents.get(path);
      boolean same =
          before != null && after != null
              ? Arrays.equals(before, after)
              : has(path) && entries.get(path).equals(later.entries.get(path));
      if (!same) {
        changed.add(path);
      }
    }
    return changed;
  }
}
