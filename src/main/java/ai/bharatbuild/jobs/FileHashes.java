package ai.bharatbuild.jobs;

import ai.bharatbuild.files.FileFailure;
import ai.bharatbuild.files.FileStat;
import ai.bharatbuild.files.Sha256;
import ai.bharatbuild.files.Workspace;
import ai.bharatbuild.files.WorkspacePath;
import ai.bharatbuild.jobs.WorkspaceAccess.HashedFile;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Hashes of one job's files, remembered for as long as a file cannot have changed: while its inode,
 * size, and times of last change of content and of attributes are what they were.
 *
 * <p>The kernel's clock for these times ticks every few milliseconds, so a file that is changed
 * again within one tick looks as before. What was changed so shortly before it was read is
 * therefore not remembered. No program can set the time of the last change of attributes. What a
 * process writes through a mapping that it wrote to before is not seen before the kernel has
 * written those pages out. Safe on any thread.
 */
final class FileHashes {
  /** Some ticks of the slowest clock that kernels are built with. */
  private static final long TICKS = TimeUnit.MILLISECONDS.toNanos(50);

  private record Known(FileStat stat, HashedFile file) {}

  private final Map<String, Known> known = new ConcurrentHashMap<>();

  /**
   * The regular files of a scan with their hashes, in its order. One that is gone meanwhile is left
   * out.
   *
   * @param limit bytes; larger files are not hashed
   */
  List<HashedFile> of(Workspace workspace, ProjectScan scan, long limit) {
    List<HashedFile> files = new ArrayList<>();
    scan.entries()
        .forEach(
            (path, stat) -> {
              HashedFile file = stat.isFile() ? of(workspace, path, stat, limit) : null;
              if (file != null) {
                files.add(file);
              }
            });
    known.keySet().retainAll(scan.entries().keySet());
    return files;
  }

  void clear() {
    known.clear();
  }

  private HashedFile of(Workspace workspace, String path, FileStat stat, long limit) {
    Known last = known.get(path);
    if (last != null && last.stat().equals(stat)) {
      return last.file();
    }
    if (stat.size() > limit) {
      return new HashedFile(path, stat.size(), null, 0);
    }
    long before = nanos();
    Workspace.Content content;
    try {
      content = workspace.read(WorkspacePath.parse(path), limit);
    } catch (FileFailure e) {
      return unreadable(path, e);
    }
    HashedFile file = describe(path, content.bytes());
    if (content.stat().changedNanos() < before - TICKS) {
      known.put(path, new Known(content.stat(), file));
    } else {
      known.remove(path);
    }
    return file;
  }

  /** It grew, or is no file any more. */
  private static HashedFile unreadable(String path, FileFailure failure) {
    return switch (failure.kind()) {
      case TOO_LARGE -> new HashedFile(path, failure.size(), null, 0);
      case NOT_FOUND, NOT_REGULAR, INVALID_PATH -> null;
      default -> throw failure;
    };
  }

  private static HashedFile describe(String path, byte[] bytes) {
    int lines = bytes.length == 0 || bytes[bytes.length - 1] == '\n' ? 0 : 1;
    boolean text = true;
    for (byte b : bytes) {
      lines += b == '\n' ? 1 : 0;
      text &= b != 0;
    }
    return new HashedFile(path, bytes.length, Sha256.of(bytes), text ? lines : 0);
  }

  private static long nanos() {
    Instant now = Instant.now();
    return TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano();
  }
}
