package ai.bharatbuild.db.embedded;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;

/**
 * Puts a cluster that was unpacked in the place of the one that is there, by steps of which any may
 * be the last: the next start of the server, or the next restore, goes on where one was killed.
 * What is unpacked is called {@code restoring} until it is whole and on disk, and {@code restored}
 * from then on until everything of it is in its place; that change of its name decides which of the
 * two databases there is. The old one is moved and never removed. Blocks; to be used under the lock
 * on the directory.
 */
final class Exchange {
  private final Path home;
  private final Path cluster;
  private final Path unpacked;
  private final Path restored;
  private final Runnable step;

  Exchange(Path home) {
    this(home, () -> {});
  }

  /**
   * @param step called behind each step
   */
  Exchange(Path home, Runnable step) {
    this.home = home;
    this.cluster = home.resolve("cluster");
    this.unpacked = home.resolve("restoring");
    this.restored = home.resolve("restored");
    this.step = step;
  }

  /** Where to unpack; whatever an earlier attempt left there goes. */
  Path begin() throws IOException {
    finish();
    return unpacked;
  }

  /** Decides for what was unpacked and puts it in place; gives where the old one is, or null. */
  Path decide() throws IOException {
    String time = Instant.now().toString().replace(":", "").substring(0, 17);
    String name = "before-restore-" + time;
    for (int n = 2; Files.exists(home.resolve(name)); n++) {
      name = "before-restore-" + time + "-" + n;
    }
    Files.writeString(unpacked.resolve("before"), name);
    sync(unpacked);
    step.run();
    Files.move(unpacked, restored, StandardCopyOption.ATOMIC_MOVE);
    force(home);
    step.run();
    return finish();
  }

  /** Ends what was decided; gives where the old database is, or null where there is none. */
  Path finish() throws IOException {
    Path kept = null;
    if (Files.exists(restored)) {
      kept = home.resolve(Files.readString(restored.resolve("before")));
      replace(kept);
      for (String name : new String[] {"password", "complete"}) {
        move(restored.resolve(name), home.resolve(name));
      }
      move(restored, unpacked);
    }
    remove(unpacked);
    return kept != null && Files.exists(kept) ? kept : null;
  }

  private void replace(Path kept) throws IOException {
    Path fresh = restored.resolve("cluster");
    if (!Files.exists(fresh)) {
      return;
    }
    if (Files.exists(cluster)) {
      PrivateFiles.directory(kept);
      Path password = home.resolve("password");
      if (Files.exists(password)) {
        Files.copy(
            password,
            kept.resolve("password"),
            StandardCopyOption.COPY_ATTRIBUTES,
            StandardCopyOption.REPLACE_EXISTING);
      }
      step.run();
      move(cluster, kept.resolve("cluster"));
    }
    move(fresh, cluster);
  }

  /** Unless an earlier attempt did. */
  private void move(Path from, Path to) throws IOException {
    if (Files.exists(from)) {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
      force(from.getParent());
      force(to.getParent());
      step.run();
    }
  }

  /** Brings everything in a directory to disk. */
  private static void sync(Path directory) throws IOException {
    Files.walkFileTree(
        directory,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            force(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path visited, IOException e)
              throws IOException {
            force(visited);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  private static void force(Path path) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  /** A directory and all in it, if it is there. */
  static void remove(Path directory) throws IOException {
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
