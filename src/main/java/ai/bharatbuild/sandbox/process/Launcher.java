package ai.bharatbuild.sandbox.process;

import ai.bharatbuild.sandbox.RuntimeUnavailableException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.net.SocketAddress;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One process of {@code docker/launcher}, which keeps sandboxes of one kind prepared and serves at
 * a socket of its own. It ends with this server, however that ends, because its input does.
 */
final class Launcher {
  private static final Logger LOG = LoggerFactory.getLogger(Launcher.class);
  private static final long START_SECONDS = 20;
  private static final long END_SECONDS = 10;
  private static final long LARGEST_SOCKET_NAME = 107;

  private final Process process;
  private final Path directory;
  private final SocketAddress address;

  private Launcher(Process process, Path directory) {
    this.process = process;
    this.directory = directory;
    this.address = SocketAddress.domainSocketAddress(socket(directory).toString());
  }

  /**
   * Starts one.
   *
   * @param number makes its control group and its sandboxes' users its own; 0 to 255
   */
  static Future<Launcher> start(
      Vertx vertx,
      WorkerExecutor workers,
      ProcessSettings settings,
      int number,
      Roots.Root root,
      long diskBytes) {
    return workers.executeBlocking(
        () -> {
          Path directory = Files.createTempDirectory("bharatbuild-");
          try {
            return start(
                vertx, settings, command(settings, number, root, diskBytes, directory), directory);
          } catch (IOException | RuntimeException e) {
            Files.deleteIfExists(directory);
            throw e;
          }
        },
        false);
  }

  private static Launcher start(
      Vertx vertx, ProcessSettings settings, List<String> command, Path directory)
      throws IOException {
    if (socket(directory).toString().length() > LARGEST_SOCKET_NAME) {
      throw new RuntimeUnavailableException(
          "The directory for temporary files has too long a name for a socket in it.", null);
    }
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().clear();
    Process process = builder.start();
    // One that hangs is ended, and with it the wait for its word.
    long timer =
        vertx.setTimer(TimeUnit.SECONDS.toMillis(START_SECONDS), id -> process.destroyForcibly());
    try (BufferedReader words =
        new BufferedReader(process.inputReader(StandardCharsets.US_ASCII))) {
      if ("ok".equals(words.readLine())) {
        return new Launcher(process, directory);
      }
    } finally {
      vertx.cancelTimer(timer);
    }
    process.destroyForcibly();
    throw new RuntimeUnavailableException(
        "Sandboxes cannot be made by "
            + settings.bubblewrap()
            + " here; the server's log says why. It needs root, or a control group of its own.",
        null);
  }

  private static List<String> command(
      ProcessSettings settings, int number, Roots.Root root, long diskBytes, Path directory) {
    List<String> command = new ArrayList<>();
    command.add(settings.launcher().toString());
    command.add("serve");
    command.add(socket(directory).toString());
    command.add("bwrap=" + settings.bubblewrap());
    command.add("group=" + settings.group() + "-" + number);
    command.add("disk=" + diskBytes);
    command.add("spare=" + settings.spare());
    command.add("most=" + (settings.concurrency() + settings.spare()));
    command.add("uid=" + (FIRST_USER + number * USERS));
    if (root.directory() != null) {
      command.add("root=" + root.directory());
    }
    return command;
  }

  /**
   * Users of sandboxes: nobody on a Debian system, and one of its own for each that runs at once,
   * because the kernel counts some things, such as pending signals and watched files, by user.
   */
  private static final int FIRST_USER = 900_000;

  private static final int USERS = 128;

  private static Path socket(Path directory) {
    return directory.resolve("socket");
  }

  SocketAddress address() {
    return address;
  }

  boolean alive() {
    return process.isAlive();
  }

  /** Ends it with all its sandboxes; completes when they are gone. */
  Future<Void> close(WorkerExecutor workers) {
    Promise<Void> closed = Promise.promise();
    workers
        .executeBlocking(
            () -> {
              process.getOutputStream().close();
              if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("a launcher of sandboxes did not end and is killed");
                process.destroyForcibly();
              }
              Files.deleteIfExists(socket(directory));
              Files.deleteIfExists(directory);
              return null;
            },
            false)
        .onComplete(done -> closed.complete());
    return closed.future();
  }
}
