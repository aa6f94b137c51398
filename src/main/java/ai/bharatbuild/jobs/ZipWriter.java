package ai.bharatbuild.jobs;

import ai.bharatbuild.files.FileStat;
import ai.bharatbuild.files.Workspace;
import ai.bharatbuild.files.WorkspaceBase;
import ai.bharatbuild.problem.ApiException;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;

/**
 * Writes archives with all processors: files are compressed in portions by a pool, a bounded number
 * of portions ahead of the calling thread, which writes them in order. Thread-safe.
 */
final class ZipWriter {
  /** A portion is so many bytes of files, or so many files, whichever comes first. */
  private static final long PORTION_BYTES = 1 << 20;

  private static final int PORTION_FILES = 64;
  private static final int OUTPUT_BUFFER = 256 << 10;

  private final WorkspaceBase base;
  private final ExecutorService packers;
  private final int ahead;
  private final long maxContent;
  private final ThreadLocal<ZipPacker> packer = ThreadLocal.withInitial(ZipPacker::new);

  /**
   * @param ahead portions that may be in memory at once
   * @param maxContent bytes of all files of an archive together
   */
  ZipWriter(WorkspaceBase base, ExecutorService packers, int ahead, long maxContent) {
    this.base = base;
    this.packers = packers;
    this.ahead = ahead;
    this.maxContent = maxContent;
  }

  /**
   * Writes the archive; blocks until it is whole. Fails with 413 when the files together are too
   * large, which sparse ones can be at no cost to who made them.
   */
  void write(Workspace workspace, ProjectScan scan, Path target) throws IOException {
    ZipBudget budget = new ZipBudget(maxContent);
    budget.foresee(scan.fileSizes().values());
    Deque<Future<List<ZipPacker.Packed>>> window = new ArrayDeque<>();
    try (ZipArchiveOutputStream zip =
        new ZipArchiveOutputStream(
            new BufferedOutputStream(
                Files.newOutputStream(target, StandardOpenOption.CREATE_NEW), OUTPUT_BUFFER))) {
      try {
        for (Map.Entry<String, FileStat> empty : emptyDirectories(scan.entries()).entrySet()) {
          zip.addRawArchiveEntry(
              ZipPacker.directory(empty.getKey(), empty.getValue()), InputStream.nullInputStream());
        }
        Iterator<List<String>> portions = portions(scan.entries()).iterator();
        while (portions.hasNext() || !window.isEmpty()) {
          while (portions.hasNext() && window.size() < ahead) {
            List<String> portion = portions.next();
            window.add(packers.submit(() -> pack(workspace, portion, budget)));
          }
          append(zip, await(window.peek()));
          window.remove();
        }
      } finally {
        // Packers use the open workspace, so none may be left when it is closed.
        discard(window);
      }
    }
  }

  private List<ZipPacker.Packed> pack(Workspace workspace, List<String> portion, ZipBudget budget)
      throws IOException {
    List<ZipPacker.Packed> packed = new ArrayList<>(portion.size());
    for (String path : portion) {
      ZipPacker.Packed one = packer.get().pack(base, workspace, path, budget);
      if (one != null) {
        packed.add(one);
      }
    }
    return packed;
  }

  private static void append(ZipArchiveOutputStream zip, List<ZipPacker.Packed> portion)
      throws IOException {
    for (ZipPacker.Packed packed : portion) {
      try (InputStream bytes = packed.open()) {
        zip.addRawArchiveEntry(packed.entry(), bytes);
      }
      if (packed.spool() != null) {
        Files.delete(packed.spool());
      }
    }
  }

  private static List<ZipPacker.Packed> await(Future<List<ZipPacker.Packed>> portion)
      throws IOException {
    try {
      return portion.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("stopping");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof ApiException told) {
        throw told;
      }
      throw e.getCause() instanceof IOException io ? io : new IOException(e.getCause());
    }
  }

  private static void discard(Deque<Future<List<ZipPacker.Packed>>> window) {
    for (Future<List<ZipPacker.Packed>> portion : window) {
      try {
        for (ZipPacker.Packed packed : portion.get()) {
          if (packed.spool() != null) {
            Files.deleteIfExists(packed.spool());
          }
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } catch (ExecutionException | IOException e) {
        // The first failure is the one that is told; spooled files are swept at the next start.
      }
    }
  }

  private static List<List<String>> portions(Map<String, FileStat> entries) {
    List<List<String>> portions = new ArrayList<>();
    List<String> portion = new ArrayList<>();
    long bytes = 0;
    for (Map.Entry<String, FileStat> entry : entries.entrySet()) {
      if (!entry.getValue().isFile()) {
        continue;
      }
      portion.add(entry.getKey());
      bytes += entry.getValue().size();
      if (bytes >= PORTION_BYTES || portion.size() >= PORTION_FILES) {
        portions.add(portion);
        portion = new ArrayList<>();
        bytes = 0;
      }
    }
    if (!portion.isEmpty()) {
      portions.add(portion);
    }
    return portions;
  }

  /** Directories below which the archive has nothing else. */
  private static Map<String, FileStat> emptyDirectories(Map<String, FileStat> entries) {
    Set<String> parents = new HashSet<>();
    Map<String, FileStat> empty = new java.util.LinkedHashMap<>();
    entries.forEach(
        (path, stat) -> {
          if (stat.isFile() || stat.isDirectory()) {
            int slash = path.lastIndexOf('/');
            if (slash > 0) {
              parents.add(path.substring(0, slash));
            }
          }
          if (stat.isDirectory()) {
            empty.put(path, stat);
          }
        });
    empty.keySet().removeAll(parents);
    return empty;
  }
}
