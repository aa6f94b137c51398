package ai.bharatbuild.db.embedded;

import ai.bharatbuild.db.DatabaseAddress;
import io.vertx.pgclient.SslMode;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Stream;

/**
 * Copies the embedded database into one file while it runs, or while it does not: a base backup as
 * PostgreSQL's manual describes it, with the part of the write-ahead log that makes the copy
 * consistent. A physical copy, since the embedded server comes without {@code pg_dump}. Blocks.
 */
public final class Backup {
  private static final int PID_LINE = 0;
  private static final int PORT_LINE = 3;
  private static final String CLUSTER = "cluster/";

  private final Path home;
  private final Path cluster;

  /**
   * @param home the directory of the embedded database
   */
  public Backup(Path home) {
    this.home = home;
    this.cluster = home.resolve("cluster");
  }

  /** Writes the backup. Fails when the file exists or the database is neither up nor down. */
  public void write(Path file) throws IOException, SQLException {
    if (!Files.exists(home.resolve("complete"))) {
      throw new IOException("there is no database in " + home);
    }
    try (BackupFile backup = new BackupFile(file)) {
      if (LeftBehind.running(cluster).isPresent()) {
        copyRunning(backup);
      } else {
        copyStopped(backup);
      }
      backup.copy("password", home.resolve("password"));
      backup.copy("complete", home.resolve("complete"));
      backup.finish();
    }
  }

  /** Nobody may start it meanwhile. */
  private void copyStopped(BackupFile backup) throws IOException {
    try (FileChannel channel =
            FileChannel.open(
                home.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = channel.tryLock()) {
      if (lock == null) {
        throw new IOException("the database is just being started or stopped; try again");
      }
      add(backup, ClusterFiles.of(cluster, true));
    }
  }

  private void copyRunning(BackupFile backup) throws IOException, SQLException {
    DatabaseAddress address = address();
    // The backup lasts as long as this connection, and so does the slot that keeps the log.
    try (Connection connection =
        DriverManager.getConnection(address.jdbcUrl(), address.properties())) {
      String slot = "backup_" + ProcessHandle.current().pid();
      text(connection, "select pg_create_physical_replication_slot(?, true, true)::text", slot);
      String first =
          text(connection, "select pg_walfile_name(pg_backup_start(?, fast => true))", "backup");
      add(backup, ClusterFiles.of(cluster, false));
      try (PreparedStatement stop =
              connection.prepareStatement(
                  "select pg_walfile_name(lsn), labelfile, spcmapfile from pg_backup_stop(false)");
          ResultSet row = stop.executeQuery()) {
        row.next();
        if (!row.getString(3).isBlank()) {
          throw new IOException("a cluster with tablespaces cannot be copied so");
        }
        backup.text(CLUSTER + "backup_label", row.getString(2).getBytes(StandardCharsets.UTF_8));
        addLog(backup, first, row.getString(1));
      }
    }
  }

  private static String text(Connection connection, String sql, String value) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, value);
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        return row.getString(1);
      }
    }
  }

  private void add(BackupFile backup, ClusterFiles files) throws IOException {
    for (Path directory : files.directories) {
      backup.directory(CLUSTER + directory);
    }
    for (Path file : files.files) {
      backup.copy(CLUSTER + file, cluster.resolve(file));
    }
  }

  /** The segments from one to another; their names are in the order of their content. */
  private void addLog(BackupFile backup, String first, String last) throws IOException {
    Path log = cluster.resolve("pg_wal");
    try (Stream<Path> names = Files.list(log)) {
      List<String> needed =
          names
              .map(path -> path.getFileName().toString())
              .filter(name -> name.matches("[0-9A-F]{24}"))
              .filter(name -> name.compareTo(first) >= 0 && name.compareTo(last) <= 0)
              .sorted()
              .toList();
      if (needed.isEmpty() || !needed.getFirst().equals(first) || !needed.getLast().equals(last)) {
        throw new IOException("a part of the write-ahead log is missing; try again");
      }
      for (String name : needed) {
        backup.copy(CLUSTER + "pg_wal/" + name, log.resolve(name));
      }
    }
  }

  /** What the running server noted of itself, and the password that it was made with. */
  private DatabaseAddress address() throws IOException {
    List<String> notes = Files.readAllLines(cluster.resolve("postmaster.pid"));
    if (notes.size() <= PORT_LINE) {
      throw new IOException(
          "the database (process " + notes.get(PID_LINE).strip() + ") is just starting; try again");
    }
    int port = Integer.parseInt(notes.get(PORT_LINE).strip());
    String password = Files.readString(home.resolve("password")).strip();
    return new DatabaseAddress(
        "127.0.0.1", port, "postgres", "postgres", password, SslMode.DISABLE);
  }
}
