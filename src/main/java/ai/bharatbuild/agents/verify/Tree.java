package ai.bharatbuild.agents.verify;

import ai.bharatbuild.agents.work.Workspace;
import ai.bharatbuild.files.Sha256;
import ai.bharatbuild.files.WorkspacePath;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * The contents of a project's files at one time: SHA-256 by path. What runs write by themselves
 * (their plan, the report of a verification) is left out.
 */
public final class Tree {
  private static final Set<String> OURS = Set.of("plan.json", "VERIFICATION.md");

  private final SortedMap<String, String> hashes;

  private Tree(SortedMap<String, String> hashes) {
    this.hashes = hashes;
  }

  public static Tree of(Workspace workspace) {
    SortedMap<String, String> hashes = new TreeMap<>(WorkspacePath.BYTE_ORDER);
    for (Workspace.Hashed file : workspace.hashes()) {
      if (!OURS.contains(file.path())) {
        hashes.put(file.path(), file.digest());
      }
    }
    return new Tree(hashes);
  }

  /**
   * One that was seen before.
   *
   * @param hashes as {@link #hashes} gave them
   */
  public static Tree of(Map<String, String> hashes) {
    SortedMap<String, String> sorted = new TreeMap<>(WorkspacePath.BYTE_ORDER);
    sorted.putAll(hashes);
    return new Tree(sorted);
  }

  /** By path; of a file that is too large to be read, its size. */
  public SortedMap<String, String> hashes() {
    return Collections.unmodifiableSortedMap(hashes);
  }

  Set<String> paths() {
    return hashes.keySet();
  }

  /** Of all files, in the form that {@code sha256sum} prints. */
  public String digest() {
    return digest(path -> true);
  }

  /** Of the files that are chosen. */
  String digest(Predicate<String> chosen) {
    StringBuilder lines = new StringBuilder();
    hashes.forEach(
        (path, hash) -> {
          if (chosen.test(path)) {
            lines.append(hash).append("  ").append(path).append('\n');
          }
        });
    return Sha256.of(lines.toString().getBytes(StandardCharsets.UTF_8));
  }

  /** Paths that are in only one of both, or have other contents; sorted. */
  public SortedMap<String, Change> changes(Tree after) {
    SortedMap<String, Change> changes = new TreeMap<>(WorkspacePath.BYTE_ORDER);
    Set<String> all = new TreeSet<>(hashes.keySet());
    all.addAll(after.hashes.keySet());
    for (String path : all) {
      String was = hashes.get(path);
      String is = after.hashes.get(path);
      if (was == null) {
        changes.put(path, Change.MADE);
      } else if (is == null) {
        changes.put(path, Change.DELETED);
      } else if (!was.equals(is)) {
        changes.put(path, Change.CHANGED);
      }
    }
    return changes;
  }

  /** Those of them that are sources, which people and agents write; sorted. */
  public List<String> changedSources(Tree after) {
    return changes(after).keySet().stream().filter(Sources::isSource).toList();
  }

  /** What became of a file. */
  public enum Change {
    MADE,
    CHANGED,
    DELETED
  }
}
