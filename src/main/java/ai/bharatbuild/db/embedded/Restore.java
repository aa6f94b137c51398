package ai.bharatbuild.db.embedded;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/**
 * Puts a {@link Backup} in the place of the embedded database, which must not run. The database
 * that was there is kept beside it under another name. One that is killed leaves either database
 * whole, see {@link Exchange}. Blocks.
 */
public final class Restore {
  private static final FileAttribute<Set<PosixFilePermission>> PRIVATE_DIRECTORY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
  private static final FileAttribute<Set<PosixFilePermission>> PRIVATE_FILE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  private final Path home;
  private final Exchange exchange;

  /**
   * @param home the directory of the embedded database; made where it is missing
   */
  public Restore(Path home) {
    this(home, new Exchange(home));
  }

  Restore(Path home, Exchange exchange) {
    this.home = home;
    this.exchange = exchange;
  }

  /**
   * Restores the file.
   *
   * @return where the database that was there is now, or null where there was none
   */
  public Path read(Path file) throws IOException {
    PrivateFiles.directory(home);
    try (FileChannel channel =
            FileChannel.open(
                home.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = taken(channel)) {
      if (lock == null || LeftBehind.running(home.resolve("cluster")).isPresent()) {
        throw new IOException("the database is running; stop the server first");
      }
      Path unpacked = exchange.begin();
      Files.createDirectory(unpacked, PRIVATE_DIRECTORY);
      try {
        unpack(file, unpacked);
      } catch (IOException | RuntimeException e) {
        Exchange.remove(unpacked);
        throw e;
      }
      return exchange.decide();
    }
  }

  private static FileLock taken(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null;
    }
  }

  private static void unpack(Path file, Path target) throws IOException {
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file));
        TarArchiveInputStream tar = new TarArchiveInputStream(new GZIPInputStream(in), "UTF-8")) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        Path path = target.resolve(entry.getName()).normalize();
        if (!path.startsWith(target) || !entry.isDirectory() && !entry.isFile()) {
          throw new IOException("this is no backup of a database: " + entry.getName());
        }
        if (entry.isDirectory()) {
          Files.createDirectories(path, PRIVATE_DIRECTORY);
        } else {
          Files.createDirectories(path.getParent(), PRIVATE_DIRECTORY);
          Files.createFile(path, PRIVATE_FILE);
          Files.copy(tar, path, StandardCopyOption.REPLACE_EXISTING);
          Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
        }
      }
    }
    for (String needed : new String[] {"password", "complete", "cluster/PG_VERSION"}) {
      if (!Files.exists(target.resolve(needed))) {
        throw new IOException("this is no whole backup of a database: it has no " + needed);
      }
    }
  }
}
