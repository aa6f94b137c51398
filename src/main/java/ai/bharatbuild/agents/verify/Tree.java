package ai.bharatbuild.agents.verify;

import ai.bharatbuild.agents.work.Workspace;
import ai.bharatbuild.files.WorkspacePath;
import ai.bharatbuild.problem.ApiException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.function.Predicate;

/**
 * The contents of a project's files at one time: SHA-256 by path. What runs write by themselves
 * (their plan, the report of a verification) is left out.
 */
public final class Tree {
  /** Reads that are under way at once; more only wait for each other. */
  private static final int READERS = 8;

  private static final int TOO_LARGE = 413;
  private static final Set<String> OURS = Set.of("plan.json", "VERIFICATION.md");

  private final SortedMap<String, String> hashes;

  private Tree(SortedMap<String, String> hashes) {
    this.hashes = hashes;
  }

  /** Reads all files. One that is gone meanwhile is left out. */
  public static Tree of(Workspace workspace) {
    SortedMap<String, String> hashes = new TreeMap<>(WorkspacePath.BYTE_ORDER);
    Semaphore free = new Semaphore(READERS);
    try (ExecutorService readers = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Map.Entry<String, Future<String>>> reads = new ArrayList<>();
      for (Workspace.Entry file : workspace.files()) {
        if (!OURS.contains(file.path())) {
          reads.add(Map.entry(file.path(), readers.submit(() -> hash(workspace, file, free))));
        }
      }
      for (Map.Entry<String, Future<String>> read : reads) {
        String hash = get(read.getValue());
        if (hash != null) {
          hashes.put(read.getKey(), hash);
        }
      }
    }
    return new Tree(hashes);
  }

  private static String hash(Workspace workspace, Workspace.Entry file, Semaphore free)
      throws InterruptedException {
    free.acquire();
    try {
      return workspace.read(file.path()).map(Tree::sha256).orElse(null);
    } catch (ApiException e) {
      if (e.problem().status() == TOO_LARGE) {
        return "size:" + file.bytes();
      }
      throw e;
    } finally {
      free.release();
    }
  }

  private static String get(Future<String> read) {
    try {
      return read.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while files were read", e);
    }
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
    return sha256(lines.toString().getBytes(StandardCharsets.UTF_8));
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

  static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
