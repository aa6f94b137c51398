package ai.bharatbuild.jobs;

import ai.bharatbuild.files.FileFailure;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * How much of its quota a project uses: the size of every file that counts, and what uploads under
 * way have been promised. A size is entered before its bytes are stored, so concurrent writers can
 * never exceed the limit together. Thread-safe.
 */
final class ProjectUsage {
  /** Files and bytes at one moment. */
  record Counts(int files, long bytes) {}

  private static final long NONE = -1;
  private final long maxFile;
  private final long maxProject;
  private final Map<String, Long> sizes = new HashMap<>();
  private long bytes;
  private long promised;

  ProjectUsage(long maxFile, long maxProject) {
    this.maxFile = maxFile;
    this.maxProject = maxProject;
  }

  synchronized Counts counts() {
    return new Counts(sizes.size(), bytes);
  }

  /** Takes over what was found on disk. */
  synchronized void replace(Map<String, Long> found) {
    sizes.clear();
    sizes.putAll(found);
    bytes = found.values().stream().mapToLong(Long::longValue).sum();
  }

  /**
   * Enters a file that is about to be written.
   *
   * @return its earlier size for {@link #restore}
   * @throws FileFailure of kind TOO_LARGE; nothing was entered then
   */
  synchronized long admit(String path, long size) {
    checkFile(maxFile, size);
    long old = sizes.getOrDefault(path, NONE);
    checkProject(size - Math.max(0, old));
    enter(path, size);
    return old;
  }

  /**
   * Enters several files that are about to be written: all of them, or none when all together do
   * not fit.
   *
   * @return their earlier sizes for {@link #restore}, in the same order
   * @throws FileFailure of kind TOO_LARGE; nothing was entered then
   */
  synchronized Map<String, Long> admitAll(Map<String, Long> files) {
    Map<String, Long> old = new LinkedHashMap<>();
    long growth = 0;
    for (Map.Entry<String, Long> file : files.entrySet()) {
      checkFile(maxFile, file.getValue());
      long before = sizes.getOrDefault(file.getKey(), NONE);
      old.put(file.getKey(), before);
      growth += file.getValue() - Math.max(0, before);
    }
    checkProject(growth);
    files.forEach(this::enter);
    return old;
  }

  /** Undoes {@link #admit} for a write that failed. */
  synchronized void restore(String path, long old) {
    if (old == NONE) {
      remove(path);
    } else {
      enter(path, old);
    }
  }

  /**
   * Promises more room to an upload under way, which replaces a file of {@code replaced} bytes.
   * Only {@link #admit} decides in the end.
   */
  synchronized void promise(long more, long replaced) {
    checkProject(more - replaced);
    promised += more;
  }

  synchronized void release(long amount) {
    promised -= amount;
  }

  synchronized long sizeOf(String path) {
    return sizes.getOrDefault(path, 0L);
  }

  synchronized void remove(String path) {
    Long old = sizes.remove(path);
    bytes -= old == null ? 0 : old;
  }

  /** The files at a path or below it. */
  synchronized Set<String> within(String path) {
    String below = path + '/';
    Set<String> found = new java.util.HashSet<>();
    for (String each : sizes.keySet()) {
      if (each.equals(path) || each.startsWith(below)) {
        found.add(each);
      }
    }
    return found;
  }

  /** Fails unless that much more would fit. */
  synchronized void checkProject(long more) {
    if (more > 0 && bytes + promised + more > maxProject) {
      throw FileFailure.tooLarge("The project", maxProject, bytes + promised + more);
    }
  }

  static void checkFile(long limit, long size) {
    if (size > limit) {
      throw FileFailure.tooLarge("The file", limit, size);
    }
  }

  private void enter(String path, long size) {
    Long old = sizes.put(path, size);
    bytes += size - (old == null ? 0 : old);
  }
}
