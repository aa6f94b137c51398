package ai.bharatbuild.jobs;

import ai.bharatbuild.files.FileFailure;
import ai.bharatbuild.files.FileStat;
import ai.bharatbuild.files.OpenFile;
import ai.bharatbuild.files.Workspace;
import ai.bharatbuild.files.WorkspacePath;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import org.apache.commons.compress.archivers.zip.Zip64Mode;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;

/**
 * Packs a workspace. Files are compressed by several threads and written in order by the caller's,
 * with a bounded number of them in memory. Every entry is what one read of the file gave, so it is
 * whole even when the file changes meanwhile; a file that is gone by then is left out.
 */
final class ZipPacker {
  /** Larger files are compressed while they are written, to keep memory bounded. */
  private static final long IN_MEMORY_BYTES = 8 << 20;

  private static final int BUFFER = 64 << 10;
  private static final int FILE_TYPE = 0100000;
  private static final int DIRECTORY_TYPE = 0040000;

  private final ExecutorService compressors;
  private final int window;

  /**
   * @param compressors shared by all packing
   * @param window entries that may be in memory at once
   */
  ZipPacker(ExecutorService compressors, int window) {
    this.compressors = compressors;
    this.window = window;
  }

  /** Writes what the scan found to a new file. Blocks; on failure the file may be left behind. */
  void pack(Workspace workspace, ProjectScan scan, Path target) throws IOException {
    try (ZipArchiveOutputStream zip = new ZipArchiveOutputStream(target)) {
      zip.setUseZip64(Zip64Mode.AsNeeded);
      Deque<Future<Packed>> pending = new ArrayDeque<>();
      Iterator<Map.Entry<String, FileStat>> entries = scan.entries().entrySet().iterator();
      try {
        while (entries.hasNext() || !pending.isEmpty()) {
          while (entries.hasNext() && pending.size() < window) {
            Map.Entry<String, FileStat> next = entries.next();
            if (next.getValue().isFile() || next.getValue().isDirectory()) {
              pending.add(compressors.submit(task(workspace, next.getKey(), next.getValue())));
            }
          }
          if (!pending.isEmpty()) {
            write(zip, pending.poll().get());
          }
        }
      } catch (ExecutionException e) {
        throw new IOException(e.getCause());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException(e);
      } finally {
        pending.forEach(task -> task.cancel(false));
      }
    }
  }

  /**
   * One entry, ready to be written.
   *
   * @param raw compressed bytes; null where the writer is to read the open file itself
   */
  private record Packed(ZipArchiveEntry entry, byte[] raw, OpenFile large) {}

  private static Callable<Packed> task(Workspace workspace, String path, FileStat stat) {
    if (stat.isDirectory()) {
      return () -> new Packed(entry(path + "/", stat), new byte[0], null);
    }
    return () -> {
      OpenFile file;
      try {
        file = workspace.open(WorkspacePath.parse(path));
      } catch (FileFailure gone) {
        return null;
      }
      if (file.stat().size() > IN_MEMORY_BYTES) {
        return new Packed(entry(path, file.stat()), null, file);
      }
      try (file) {
        return compress(path, file);
      }
    };
  }

  private static Packed compress(String path, OpenFile file) throws IOException {
    byte[] content = Channels.newInputStream(file.channel()).readAllBytes();
    CRC32 crc = new CRC32();
    crc.update(content);
    ZipArchiveEntry entry = entry(path, file.stat());
    byte[] raw = deflate(content);
    boolean stored = raw.length >= content.length;
    entry.setMethod(stored ? ZipEntry.STORED : ZipEntry.DEFLATED);
    entry.setSize(content.length);
    entry.setCompressedSize(stored ? content.length : raw.length);
    entry.setCrc(crc.getValue());
    return new Packed(entry, stored ? content : raw, null);
  }

  private static byte[] deflate(byte[] content) {
    Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
    try {
      deflater.setInput(content);
      deflater.finish();
      ByteArrayOutputStream out = new ByteArrayOutputStream(content.length / 3 + 64);
      byte[] buffer = new byte[BUFFER];
      while (!deflater.finished()) {
        out.write(buffer, 0, deflater.deflate(buffer));
      }
      return out.toByteArray();
    } finally {
      deflater.end();
    }
  }

  private static ZipArchiveEntry entry(String name, FileStat stat) {
    ZipArchiveEntry entry = new ZipArchiveEntry(name);
    entry.setUnixMode((stat.isDirectory() ? DIRECTORY_TYPE : FILE_TYPE) | stat.mode() & 0777);
    entry.setLastModifiedTime(FileTime.from(stat.modified()));
    return entry;
  }

  private static void write(ZipArchiveOutputStream zip, Packed packed) throws IOException {
    if (packed == null) {
      return;
    }
    if (packed.large() != null) {
      try (OpenFile file = packed.large()) {
        zip.putArchiveEntry(packed.entry());
        InputStream content = Channels.newInputStream(file.channel());
        content.transferTo(zip);
        zip.closeArchiveEntry();
      }
    } else if (packed.entry().isDirectory()) {
      zip.putArchiveEntry(packed.entry());
      zip.closeArchiveEntry();
    } else {
      zip.addRawArchiveEntry(packed.entry(), new ByteArrayInputStream(packed.raw()));
    }
  }
}
