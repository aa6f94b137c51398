package ai.bharatbuild.db;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.SslMode;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A fresh database with all tables, on a real PostgreSQL that the tests of one JVM share: the first
 * costs the start and the migrations, each further one some 50 ms. Removed when closed.
 */
public final class TestDatabase implements AutoCloseable {
  private static final String TEMPLATE = "migrated";
  private static final int CONNECTIONS = 8;
  private static final AtomicInteger NUMBERS = new AtomicInteger();
  private static EmbeddedPostgres shared;

  private final DatabaseAddress address;
  private final Vertx vertx;
  private final Database database;

  private TestDatabase(DatabaseAddress address) {
    this.address = address;
    this.vertx = Vertx.vertx();
    this.database = Database.start(vertx, DatabaseServer.external(address), CONNECTIONS);
    await(database.ready());
  }

  /** Makes one; blocks. */
  public static TestDatabase create() {
    return new TestDatabase(fresh());
  }

  /** Where it is, as a value of DATABASE_URL. */
  public String url() {
    return "postgresql://%s:%s@%s:%d/%s"
        .formatted(
            address.user(), address.password(), address.host(), address.port(), address.database());
  }

  public Pool pool() {
    return database.pool();
  }

  public Channels channels() {
    return database.channels();
  }

  public DatabaseAddress address() {
    return address;
  }

  /** Runs one statement and gives its rows; blocks. */
  public RowSet<Row> query(String sql, Object... values) {
    return await(pool().preparedQuery(sql).execute(Tuple.wrap(values)));
  }

  public static <T> T await(Future<T> future) {
    return future.toCompletionStage().toCompletableFuture().orTimeout(30, TimeUnit.SECONDS).join();
  }

  @Override
  public void close() {
    await(database.close());
    await(vertx.close());
    execute("drop database %s with (force)".formatted(address.database()));
  }

  private static synchronized DatabaseAddress fresh() {
    if (shared == null) {
      shared = start();
      execute("create database " + TEMPLATE);
      Migrations.run(at(TEMPLATE));
    }
    String name = "test_" + NUMBERS.incrementAndGet();
    execute("create database %s template %s".formatted(name, TEMPLATE));
    return at(name);
  }

  private static EmbeddedPostgres start() {
    try {
      return EmbeddedPostgres.builder().start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static DatabaseAddress at(String database) {
    return new DatabaseAddress(
        "127.0.0.1", shared.getPort(), database, "postgres", "unused", SslMode.DISABLE);
  }

  private static void execute(String sql) {
    try (Connection connection = shared.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
