package ai.bharatbuild.db.embedded;

import ai.bharatbuild.db.DatabaseAddress;
import ai.bharatbuild.db.DatabaseServer;
import io.vertx.pgclient.SslMode;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;

/**
 * A PostgreSQL of this server's own, with its data below one directory that only its user can
 * enter. It listens on the loopback address, on a port that is free, and asks for a password that
 * is made once and kept beside the data; sandboxes have networks of their own and reach neither.
 *
 * <p>When the server was killed its PostgreSQL lives on; the next one ends it and starts it again.
 * A lock on the directory keeps two live servers apart.
 */
public final class EmbeddedServer implements DatabaseServer {
  private static final String USER = "postgres";
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int CONNECTIONS_BESIDE_POOL = 12;

  private final Path home;
  private final Path cluster;
  private final int connections;
  private FileChannel lockFile;
  private EmbeddedPostgres running;

  /**
   * @param home where everything of it is kept; made where it is missing
   * @param poolSize connections that will be opened to it
   */
  public EmbeddedServer(Path home, int poolSize) {
    this.home = home;
    this.cluster = home.resolve("cluster");
    this.connections = poolSize + CONNECTIONS_BESIDE_POOL;
  }

  @Override
  public DatabaseAddress start() {
    try {
      PrivateFiles.directory(home);
      lock();
      if (running != null) {
        stopRunning();
      }
      LeftBehind.end(cluster);
      new Exchange(home).finish();
      dropHalfMade();
      String password = PrivateFiles.secret(home.resolve("password"));
      running = open(password);
      Files.writeString(home.resolve("complete"), "");
      return new DatabaseAddress(
          "127.0.0.1", running.getPort(), USER, USER, password, SslMode.DISABLE);
    } catch (IOException | RuntimeException e) {
      throw new IllegalStateException(
          "The embedded PostgreSQL in %s cannot be started (%s); mend that, or name a server in DATABASE_URL."
              .formatted(home, e.getMessage()),
          e);
    }
  }

  private EmbeddedPostgres open(String password) throws IOException {
    Redirect log = Redirect.appendTo(home.resolve("start.log").toFile());
    Files.deleteIfExists(home.resolve("start.log"));
    return EmbeddedPostgres.builder()
        .setDataDirectory(cluster)
        .setCleanDataDirectory(false)
        .setRegisterShutdownHook(false)
        .setOverrideWorkingDirectory(home.resolve("programs").toFile())
        .setPGStartupWait(PATIENCE)
        .setOutputRedirector(log)
        .setErrorRedirector(log)
        // Later options of initdb win over the library's trust in everybody.
        .setLocaleConfig("auth", "scram-sha-256")
        .setLocaleConfig("pwfile", home.resolve("password").toString())
        .setLocaleConfig("locale", "C.UTF-8")
        .setConnectConfig("password", password)
        // The library switches durability off, which is for tests.
        .setServerConfig("fsync", "on")
        .setServerConfig("synchronous_commit", "on")
        .setServerConfig("listen_addresses", "127.0.0.1")
        .setServerConfig("unix_socket_directories", "''")
        .setServerConfig("max_connections", Integer.toString(connections))
        .setServerConfig("shared_buffers", "64MB")
        .setServerConfig("jit", "off")
        .setServerConfig("logging_collector", "on")
        .setServerConfig("log_directory", "log")
        .setServerConfig("log_filename", "postgres-%a.log")
        .setServerConfig("log_truncate_on_rotation", "on")
        .setServerConfig("log_rotation_age", "1d")
        // Statements and keys of rows are people's data and have no place in a log.
        .setServerConfig("log_error_verbosity", "terse")
        .setServerConfig("log_min_error_statement", "panic")
        .start();
  }

  @Override
  public boolean alive() {
    return running != null && LeftBehind.running(cluster).isPresent();
  }

  @Override
  public void stop() {
    try {
      if (running != null) {
        stopRunning();
      }
      if (lockFile != null) {
        lockFile.close();
        lockFile = null;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public String name() {
    return "embedded";
  }

  private void stopRunning() throws IOException {
    running.close();
    running = null;
    LeftBehind.end(cluster);
  }

  private void lock() throws IOException {
    if (lockFile != null) {
      return;
    }
    FileChannel channel =
        FileChannel.open(home.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    if (taken(channel) == null) {
      channel.close();
      throw new IOException("another server uses it");
    }
    lockFile = channel;
  }

  private static FileLock taken(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null;
    }
  }

  /** A cluster that never ran was not finished, and nothing of worth can be in it. */
  private void dropHalfMade() throws IOException {
    if (!Files.exists(cluster) || Files.exists(home.resolve("complete"))) {
      return;
    }
    Exchange.remove(cluster);
  }
}
