package ai.bharatbuild.db.embedded;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/**
 * Puts a {@link Backup} in the place of the embedded database, which must not run. The database
 * that was there is kept beside it under another name. Blocks.
 */
public final class Restore {
  private static final FileAttribute<Set<PosixFilePermission>> PRIVATE_DIRECTORY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
  private static final FileAttribute<Set<PosixFilePermission>> PRIVATE_FILE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  private final Path home;

  /**
   * @param home the directory of the embedded database; made where it is missing
   */
  public Restore(Path home) {
    this.home = home;
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
      Path unpacked = home.resolve("restoring");
      remove(unpacked);
      Files.createDirectory(unpacked, PRIVATE_DIRECTORY);
      try {
        unpack(file, unpacked);
        return exchange(unpacked);
      } finally {
        remove(unpacked);
      }
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

  /** The mark that the cluster is whole goes first and comes last. */
  private Path exchange(Path unpacked) throws IOException {
    Path cluster = home.resolve("cluster");
    Path kept = null;
    Files.deleteIfExists(home.resolve("complete"));
    if (Files.exists(cluster)) {
      String time = Instant.now().toString().replace(":", "").substring(0, 17);
      kept = home.resolve("before-restore-" + time);
      Files.createDirectory(kept, PRIVATE_DIRECTORY);
      Files.move(cluster, kept.resolve("cluster"), StandardCopyOption.ATOMIC_MOVE);
      if (Files.exists(home.resolve("password"))) {
        Files.copy(
            home.resolve("password"), kept.resolve("password"), StandardCopyOption.COPY_ATTRIBUTES);
      }
    }
    for (String name : new String[] {"cluster", "password", "complete"}) {
      Files.move(unpacked.resolve(name), home.resolve(name), StandardCopyOption.REPLACE_EXISTING);
    }
    return kept;
  }

  private static void remove(Path directory) throws IOException {
    if (!Files.exists(directory)) {
      return;
    }
    Files.walkFileTree(
        directory,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path visited, IOException e)
              throws IOException {
            Files.delete(visited);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
