package ai.bharatbuild.files;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Makes the directory of all workspaces, or makes sure that it is nobody else's. */
final class BaseDirectory {
  /** Holds what is the server's own. */
  static final String STATE = ".state";

  private static final List<String> PARTS =
      List.of("tmp", "trash", "moving", "prepared", "volumes");

  private BaseDirectory() {}

  /**
   * @throws IllegalStateException with words for the operator when it cannot be used
   */
  static Fd open(Path path) {
    try {
      prepare(path);
      Path state = path.resolve(STATE);
      makePrivate(state);
      for (String each : PARTS) {
        makePrivate(state.resolve(each));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(path + " cannot be used as the jobs directory", e);
    }
    return new Fd(trusted(path));
  }

  private static void makePrivate(Path directory) throws IOException {
    if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
      Files.createDirectory(
          directory,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }
  }

  private static int trusted(Path path) {
    int fd = Linux.openTrusted(path.toString(), Linux.O_PATH | Linux.O_DIRECTORY);
    if (fd == -Linux.ENOSYS) {
      throw new IllegalStateException("This kernel lacks openat2; Linux 5.6 or newer is needed.");
    }
    if (fd < 0) {
      throw FileFailure.of(fd, "opening the jobs directory");
    }
    return fd;
  }

  private static void prepare(Path path) throws IOException {
    if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      Files.createDirectories(path);
      Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwx--x--x"));
    }
    PosixFileAttributes found =
        Files.readAttributes(path, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    if (!found.isDirectory()) {
      throw new IllegalStateException(path + " is not a directory but a link or a file.");
    }
    Object uid = Files.getAttribute(path, "unix:uid", LinkOption.NOFOLLOW_LINKS);
    if (!uid.equals(Linux.effectiveUser())) {
      throw new IllegalStateException(
          path + " belongs to another user; choose another directory by JOBS_BASE_PATH.");
    }
    requireOwn(path);
    Set<PosixFilePermission> open =
        Set.of(PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_WRITE);
    if (found.permissions().stream().anyMatch(open::contains)) {
      throw new IllegalStateException(path + " can be written by other users; run chmod go-w.");
    }
  }

  /**
   * What has no workspace's record is swept, so a directory with other content must never be taken.
   */
  private static void requireOwn(Path path) throws IOException {
    if (Files.exists(path.resolve(STATE), LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    try (Stream<Path> content = Files.list(path)) {
      if (content.anyMatch(entry -> !entry.endsWith("lost+found"))) {
        throw new IllegalStateException(
            path + " holds files of something else; give JOBS_BASE_PATH an empty directory.");
      }
    }
  }
}
