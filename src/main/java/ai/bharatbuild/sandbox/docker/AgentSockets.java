package ai.bharatbuild.sandbox.docker;

import ai.bharatbuild.config.InvalidSettingException;
import ai.bharatbuild.sandbox.RuntimeUnavailableException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The directories of the host in which agents put their sockets: one for each incarnation of a
 * sandbox, mounted into it. Only root gets at them, on either side. Methods block unless they say
 * otherwise.
 */
final class AgentSockets {
  private static final Logger LOG = LoggerFactory.getLogger(AgentSockets.class);

  /** Where a sandbox has its directory. */
  static final String MOUNT = "/run/agent";

  static final String SOCKET = "agent.sock";

  /** The most that the kernel takes as the path of a socket, without the NUL at its end. */
  private static final int MAX_PATH = 107;

  /** Longer than the incarnations that servers make; shorter ones leave more room. */
  private static final int INCARNATION_LENGTH = 36;

  private static final Pattern INCARNATION = Pattern.compile("[A-Za-z0-9_-]{1,64}");
  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rwx------");

  /** File systems stamp what they make with a clock that may be some milliseconds behind. */
  private static final Duration CLOCK = Duration.ofMillis(100);

  private final Arrivals arrivals = new Arrivals();
  private final Path root;
  private final Instant startedAt = Instant.now();

  /**
   * @throws InvalidSettingException when the path is so long that no socket can be under it
   */
  AgentSockets(Path root) {
    int length = bytes(root) + 1 + INCARNATION_LENGTH + 1 + SOCKET.length();
    if (length > MAX_PATH) {
      throw new InvalidSettingException(
          "SANDBOX_SOCKET_DIR is %s, which makes the path of a sandbox's socket %d bytes long; the system takes %d. Set it to a shorter path."
              .formatted(root, length, MAX_PATH));
    }
    this.root = root;
  }

  /** Where the sandbox's directory is or would be. Does not block. */
  Path directory(String incarnation) {
    if (!INCARNATION.matcher(incarnation).matches()) {
      throw new IllegalArgumentException("an incarnation cannot be called " + incarnation);
    }
    return root.resolve(incarnation);
  }

  /** Does not block. */
  Path socket(String incarnation) {
    return directory(incarnation).resolve(SOCKET);
  }

  /** Makes the directory, empty. */
  Path make(String incarnation) {
    try {
      Files.createDirectories(root);
      if (Files.isSymbolicLink(root)) {
        throw new IOException(root + " is a symbolic link");
      }
      Files.setPosixFilePermissions(root, OWNER_ONLY);
      remove(incarnation);
      return Files.createDirectory(
          directory(incarnation), PosixFilePermissions.asFileAttribute(OWNER_ONLY));
    } catch (IOException e) {
      throw new RuntimeUnavailableException(
          "The directory for the sandboxes' sockets cannot be used; correct SANDBOX_SOCKET_DIR.",
          e);
    }
  }

  /** Empties the directory of a sandbox that does not run, of which nothing is of use any more. */
  void clear(String incarnation) {
    Path directory = directory(incarnation);
    if (Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
      delete(directory, false);
    }
  }

  void remove(String incarnation) {
    delete(directory(incarnation), true);
  }

  /**
   * Waits until the agent of a sandbox that was just started accepts connections.
   *
   * @return false when it does not do so in time
   */
  boolean await(String incarnation, Duration limit) {
    Path socket = socket(incarnation);
    try {
      return arrivals.await(socket, limit);
    } catch (IOException e) {
      LOG.warn("cannot wait for the socket {}", socket, e);
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Removes the directory of all, unless there are sandboxes. */
  void close() {
    try {
      arrivals.close();
      Files.deleteIfExists(root);
    } catch (IOException e) {
      LOG.debug("{} is left for the sandboxes in it", root, e);
    }
  }

  /** Removes the directories of an earlier server whose sandboxes are gone. */
  void sweep(Set<String> incarnations) {
    if (!Files.isDirectory(root, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    try (Stream<Path> directories = Files.list(root)) {
      for (Path directory : List.copyOf(directories.toList())) {
        boolean known = incarnations.contains(directory.getFileName().toString());
        if (!known && isOfEarlierServer(directory)) {
          LOG.info("removing the leftover socket directory {}", directory.getFileName());
          delete(directory, true);
        }
      }
    } catch (IOException e) {
      LOG.warn("cannot look for leftover socket directories", e);
    }
  }

  /** A sandbox that is just being made has its directory before the engine knows of it. */
  private boolean isOfEarlierServer(Path directory) {
    try {
      return Files.getLastModifiedTime(directory, LinkOption.NOFOLLOW_LINKS)
          .toInstant()
          .isBefore(startedAt.minus(CLOCK));
    } catch (IOException e) {
      return false;
    }
  }

  /** Follows no links: what is in there was made inside of a sandbox. */
  private static void delete(Path directory, boolean itself) {
    try {
      Files.walkFileTree(
          directory,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
              Files.deleteIfExists(file);
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, IOException e)
                throws IOException {
              if (itself || !visited.equals(directory)) {
                Files.deleteIfExists(visited);
              }
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (NoSuchFileException e) {
      LOG.debug("{} is gone already", directory);
    } catch (IOException e) {
      LOG.warn("cannot remove {}", directory, e);
    }
  }

  private static int bytes(Path path) {
    return path.toString().getBytes(StandardCharsets.UTF_8).length;
  }
}
