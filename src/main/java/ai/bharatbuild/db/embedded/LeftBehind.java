package ai.bharatbuild.db.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds and ends the PostgreSQL that a killed server left running on its data. */
final class LeftBehind {
  private static final Logger LOG = LoggerFactory.getLogger(LeftBehind.class);
  private static final int PATIENCE_SECONDS = 20;

  private LeftBehind() {}

  /**
   * The process that runs on the data. Its number in {@code postmaster.pid} may by now be another
   * process's, so it counts only when it also works in that directory.
   */
  static Optional<ProcessHandle> running(Path cluster) {
    return pid(cluster).flatMap(ProcessHandle::of).filter(process -> worksIn(process, cluster));
  }

  /** Ends it and removes what it left, so that a number used again cannot stop the next start. */
  static void end(Path cluster) throws IOException {
    Optional<ProcessHandle> found = running(cluster);
    if (found.isPresent()) {
      LOG.info("ending the PostgreSQL that an earlier server left behind");
      end(found.get());
    }
    Files.deleteIfExists(cluster.resolve("postmaster.pid"));
  }

  /** SIGINT makes it close connections, write what it has and go. */
  private static void end(ProcessHandle process) throws IOException {
    new ProcessBuilder(List.of("/bin/sh", "-c", "kill -INT " + process.pid())).start();
    if (!gone(process)) {
      process.destroyForcibly();
      if (!gone(process)) {
        throw new IOException("an earlier PostgreSQL (process " + process.pid() + ") does not end");
      }
    }
  }

  private static boolean gone(ProcessHandle process) {
    try {
      process.onExit().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static Optional<Long> pid(Path cluster) {
    try {
      return Files.readAllLines(cluster.resolve("postmaster.pid")).stream()
          .findFirst()
          .map(String::strip)
          .map(Long::valueOf);
    } catch (IOException | NumberFormatException e) {
      return Optional.empty();
    }
  }

  private static boolean worksIn(ProcessHandle process, Path cluster) {
    try {
      return Path.of("/proc", Long.toString(process.pid()), "cwd")
          .toRealPath()
          .equals(cluster.toRealPath());
    } catch (IOException e) {
      return false;
    }
  }
}
