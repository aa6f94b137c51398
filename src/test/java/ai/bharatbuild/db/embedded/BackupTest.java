package ai.bharatbuild.db.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.bharatbuild.db.DatabaseAddress;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On real clusters: what is restored is started and read. */
class BackupTest {
  @TempDir Path work;

  @Test
  void aBackupOfARunningDatabaseHoldsEverythingThatWasCommittedBeforeItAndNothingHalf()
      throws Exception {
    Path home = work.resolve("a/postgres");
    Path file = work.resolve("running.tar.gz");
    EmbeddedServer server = new EmbeddedServer(home, 5);
    DatabaseAddress address = server.start();
    AtomicBoolean writing = new AtomicBoolean(true);
    AtomicLong committed = new AtomicLong();
    Thread writer = Thread.ofPlatform().start(() -> write(address, writing, committed));
    long before;
    try {
      while (committed.get() < 50) {
        Thread.onSpinWait();
      }
      before = committed.get();
      new Backup(home).write(file);
    } finally {
      writing.set(false);
      writer.join();
      server.stop();
    }
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");

    Path other = work.resolve("b/postgres");
    assertThat(new Restore(other).read(file)).isNull();
    EmbeddedServer restored = new EmbeddedServer(other, 5);
    try (Connection connection = connect(restored.start())) {
      long rows = number(connection, "select count(*) from rows");
      assertThat(rows).isBetween(before, committed.get());
      // Each transaction wrote two rows of two tables; none is torn, and none in between is
      // missing.
      assertThat(number(connection, "select coalesce(max(n), 0) from rows")).isEqualTo(rows);
      assertThat(number(connection, "select count(*) from twins")).isEqualTo(rows);
      assertThat(number(connection, "select count(*) from rows join twins using (n)"))
          .isEqualTo(rows);
      execute(connection, "insert into rows values (-1, 'it can be written')");
    } finally {
      restored.stop();
    }
  }

  @Test
  void whatWasThereIsKeptAndARunningDatabaseIsNotTouched() throws Exception {
    Path home = work.resolve("c/postgres");
    Path file = work.resolve("stopped.tar.gz");
    EmbeddedServer server = new EmbeddedServer(home, 5);
    try (Connection connection = connect(server.start())) {
      execute(connection, "create table kept (n int)");
      execute(connection, "insert into kept values (1)");
    } finally {
      server.stop();
    }
    new Backup(home).write(file);
    assertThatThrownBy(() -> new Backup(home).write(file)).hasMessageContaining("exists");

    EmbeddedServer again = new EmbeddedServer(home, 5);
    try (Connection connection = connect(again.start())) {
      execute(connection, "insert into kept values (2)");
      assertThatThrownBy(() -> new Restore(home).read(file))
          .hasMessageContaining("stop the server");
    } finally {
      again.stop();
    }
    Path before = new Restore(home).read(file);
    assertThat(before.resolve("cluster/PG_VERSION")).exists();
    EmbeddedServer restored = new EmbeddedServer(home, 5);
    try (Connection connection = connect(restored.start())) {
      assertThat(number(connection, "select count(*) from kept")).isEqualTo(1);
    } finally {
      restored.stop();
    }
  }

  @Test
  void aRestoreThatIsKilledAtAnyStepLeavesTheOldDatabaseOrTheNewOne() throws Exception {
    Path home = work.resolve("e/postgres");
    Path file = work.resolve("one.tar.gz");
    write(home, "create table kept as select 1 as n");
    new Backup(home).write(file);
    write(home, "update kept set n = 2");
    int last = 0;
    int steps;
    do {
      last++;
      Path copy = work.resolve("killed-" + last + "/postgres");
      copy(home, copy);
      steps = killed(copy, file, last);
      EmbeddedServer next = new EmbeddedServer(copy, 5);
      try (Connection connection = connect(next.start())) {
        // Before it was decided the old one, and from then on the new one.
        assertThat(number(connection, "select n from kept"))
            .as("step " + last)
            .isEqualTo(last == 1 ? 2 : 1);
      } finally {
        next.stop();
      }
      assertThat(copy.resolve("restoring")).doesNotExist();
      assertThat(copy.resolve("restored")).doesNotExist();
      if (last > 1) {
        Path before = before(copy);
        assertThat(before.resolve("password")).hasSameTextualContentAs(home.resolve("password"));
        assertThat(before.resolve("cluster/PG_VERSION")).exists();
      }
    } while (steps == last);
    assertThat(steps).isGreaterThanOrEqualTo(7);
  }

  /** Restores until that step was done; gives how many there were. */
  private static int killed(Path home, Path file, int last) throws IOException {
    AtomicInteger steps = new AtomicInteger();
    Runnable step =
        () -> {
          if (steps.incrementAndGet() == last) {
            throw new AssertionError("killed");
          }
        };
    try {
      new Restore(home, new Exchange(home, step)).read(file);
    } catch (AssertionError e) {
      assertThat(e).hasMessage("killed");
    }
    return steps.get();
  }

  private static Path before(Path home) throws IOException {
    try (DirectoryStream<Path> found = Files.newDirectoryStream(home, "before-restore-*")) {
      return found.iterator().next();
    }
  }

  private static void copy(Path from, Path to) throws Exception {
    Files.createDirectories(to.getParent());
    Process copying = new ProcessBuilder("cp", "-a", from.toString(), to.toString()).start();
    assertThat(copying.waitFor()).isZero();
  }

  private static void write(Path home, String statement) throws SQLException {
    EmbeddedServer server = new EmbeddedServer(home, 5);
    try (Connection connection = connect(server.start())) {
      execute(connection, statement);
    } finally {
      server.stop();
    }
  }

  @Test
  void whatIsNoBackupChangesNothing() throws Exception {
    Path home = work.resolve("d/postgres");
    Path bad = Files.writeString(work.resolve("bad.tar.gz"), "not a backup");
    Files.createDirectories(home.resolve("cluster"));
    Files.writeString(home.resolve("cluster/PG_VERSION"), "17");
    assertThatThrownBy(() -> new Restore(home).read(bad)).isInstanceOf(IOException.class);
    Path empty = work.resolve("empty.tar.gz");
    try (BackupFile file = new BackupFile(empty)) {
      file.text("../outside", new byte[1]);
      file.finish();
    }
    assertThatThrownBy(() -> new Restore(home).read(empty)).hasMessageContaining("no backup");
    assertThat(home.resolve("cluster/PG_VERSION")).hasContent("17");
    assertThat(home.resolve("restoring")).doesNotExist();
    assertThat(work.resolve("d/outside")).doesNotExist();
  }

  private static void write(DatabaseAddress address, AtomicBoolean writing, AtomicLong committed) {
    try (Connection connection = connect(address)) {
      execute(connection, "create table rows (n bigint primary key, filler text)");
      execute(connection, "create table twins (n bigint primary key)");
      connection.setAutoCommit(false);
      for (long n = 1; writing.get(); n++) {
        execute(connection, "insert into rows values (%d, repeat('x', 2000))".formatted(n));
        execute(connection, "insert into twins values (%d)".formatted(n));
        connection.commit();
        committed.set(n);
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Connection connect(DatabaseAddress address) throws SQLException {
    return DriverManager.getConnection(address.jdbcUrl(), address.properties());
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static long number(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getLong(1);
    }
  }
}
