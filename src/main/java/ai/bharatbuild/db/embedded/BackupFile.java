package ai.bharatbuild.db.embedded;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/**
 * A backup while it is written: a tar archive, compressed, that only its owner can read and that
 * has its name only once it is whole and on disk.
 */
final class BackupFile implements AutoCloseable {
  private static final int BUFFER = 1 << 16;
  private static final int DIRECTORY_MODE = 040700;
  private static final int FILE_MODE = 0100600;

  private final Path file;
  private final Path part;
  private final TarArchiveOutputStream tar;

  BackupFile(Path file) throws IOException {
    if (Files.exists(file)) {
      throw new FileAlreadyExistsException(file + " exists; name another file");
    }
    this.file = file;
    this.part = file.resolveSibling(file.getFileName() + ".part");
    Files.deleteIfExists(part);
    Files.createFile(
        part, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    OutputStream out = Files.newOutputStream(part, StandardOpenOption.WRITE);
    this.tar = new TarArchiveOutputStream(new GZIPOutputStream(out, BUFFER), "UTF-8");
    tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
    tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
  }

  void directory(String name) throws IOException {
    TarArchiveEntry entry = new TarArchiveEntry(name + "/");
    entry.setMode(DIRECTORY_MODE);
    tar.putArchiveEntry(entry);
    tar.closeArchiveEntry();
  }

  void text(String name, byte[] content) throws IOException {
    put(name, content.length);
    tar.write(content);
    tar.closeArchiveEntry();
  }

  /**
   * Adds a file that may be written or removed meanwhile: as many bytes as it had at first, with
   * zeros for those that went, since the write-ahead log makes them right again.
   */
  void copy(String name, Path source) throws IOException {
    try (FileChannel channel = FileChannel.open(source, StandardOpenOption.READ);
        InputStream in = java.nio.channels.Channels.newInputStream(channel)) {
      long left = channel.size();
      put(name, left);
      byte[] buffer = new byte[BUFFER];
      while (left > 0) {
        int read = in.readNBytes(buffer, 0, (int) Math.min(left, buffer.length));
        if (read == 0) {
          java.util.Arrays.fill(buffer, (byte) 0);
          read = (int) Math.min(left, buffer.length);
        }
        tar.write(buffer, 0, read);
        left -= read;
      }
      tar.closeArchiveEntry();
    } catch (NoSuchFileException e) {
      // Removed since it was listed: what it held is not there any more, or it is in the log.
      return;
    }
  }

  private void put(String name, long size) throws IOException {
    TarArchiveEntry entry = new TarArchiveEntry(name);
    entry.setSize(size);
    entry.setMode(FILE_MODE);
    tar.putArchiveEntry(entry);
  }

  /** Gives it its name; to be called when all is in it. */
  void finish() throws IOException {
    tar.finish();
    tar.close();
    try (FileChannel channel = FileChannel.open(part, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
    Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
  }

  /** Removes what is not finished. */
  @Override
  public void close() throws IOException {
    if (Files.exists(part)) {
      try {
        tar.close();
      } catch (IOException e) {
        // An entry was cut off; the file goes anyway.
      }
      Files.deleteIfExists(part);
    }
  }
}
