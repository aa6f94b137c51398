package ai.bharatbuild.db;

import ai.bharatbuild.problem.ApiException;
import ai.bharatbuild.telemetry.Health;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.SqlConnectOptions;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The database of one server. It starts in the background, goes on trying when it cannot, and
 * starts again what it runs itself when that has died; meanwhile every statement fails with 503
 * {@code unavailable}: at once where nothing listens, within {@link Connections#SILENCE_SECONDS}
 * where nothing answers. Thread-safe.
 */
public final class Database {
  private static final Logger LOG = LoggerFactory.getLogger(Database.class);
  private static final long RETRY_MS = 5_000;
  private static final long MIGRATION_MINUTES = 10;

  private final Vertx vertx;
  private final DatabaseServer server;
  private final WorkerExecutor worker;
  private final Pool pool;
  private final Channels channels;
  private final Promise<Void> first = Promise.promise();
  private volatile SqlConnectOptions options;
  private volatile String trouble;
  private volatile boolean starting;
  private volatile boolean closed;

  private Database(Vertx vertx, DatabaseServer server, int poolSize) {
    this.vertx = vertx;
    this.server = server;
    this.worker =
        server == null
            ? null
            : vertx.createSharedWorkerExecutor("database", 1, MIGRATION_MINUTES, TimeUnit.MINUTES);
    this.pool = Connections.pool(vertx, poolSize, this::address);
    this.channels = new Channels(vertx, this::address);
  }

  /** Begins to start it and returns at once; {@link #ready} tells when it can be used. */
  public static Database start(Vertx vertx, DatabaseServer server, int poolSize) {
    Database database = new Database(vertx, server, poolSize);
    database.attempt();
    return database;
  }

  /** None: every statement fails with 503. */
  public static Database off(Vertx vertx) {
    Database database = new Database(vertx, null, 1);
    database.first.fail(
        new IllegalStateException("The server runs without a database (DATABASE_URL=off)."));
    return database;
  }

  /** For statements; may be used before the database is there, and keeps its identity. */
  public Pool pool() {
    return pool;
  }

  /** What is told over its channels; not to be used without a database. */
  public Channels channels() {
    return channels;
  }

  /**
   * Completes when the database was brought up to date for the first time; fails when the first
   * attempt did, with words for the operator.
   */
  public Future<Void> ready() {
    return first.future();
  }

  public boolean off() {
    return server == null;
  }

  /** The state for {@link Health}; starts the server again where it has died. */
  public Future<Health.Check> check() {
    if (off()) {
      return Future.succeededFuture(
          Health.Check.ok("off (DATABASE_URL=off); what needs it answers 503"));
    }
    if (options == null) {
      return Future.succeededFuture(
          trouble == null ? Health.Check.ok("is starting") : Health.Check.down(trouble));
    }
    return pool.query("show server_version")
        .execute()
        .timeout(Connections.WAIT_SECONDS, TimeUnit.SECONDS)
        .map(rows -> Health.Check.ok(told(rows.iterator().next().getString(0))))
        .recover(this::lost);
  }

  /** Closes the pool, then stops what this process started. */
  public Future<Void> close() {
    closed = true;
    Future<Void> done = channels.close().eventually(pool::close);
    return off()
        ? done
        : done.transform(
            v ->
                worker
                    .<Void>executeBlocking(
                        () -> {
                          server.stop();
                          return null;
                        })
                    .eventually(worker::close));
  }

  private String told(String version) {
    return "PostgreSQL %s, %s".formatted(version.split(" ")[0], server.name());
  }

  private Future<Health.Check> lost(Throwable cause) {
    return worker
        .executeBlocking(server::alive)
        .map(
            alive -> {
              if (!alive && !starting && !closed) {
                LOG.warn("the database has died; starting it again");
                options = null;
                trouble = "It has died and is started again.";
                attempt();
              }
              LOG.debug("the database does not answer", cause);
              return Health.Check.down("It does not answer.");
            });
  }

  private void attempt() {
    starting = true;
    worker
        .executeBlocking(
            () -> {
              DatabaseAddress address = server.start();
              Migrations.run(address);
              return address;
            })
        .onComplete(this::started, this::failed);
  }

  private void started(DatabaseAddress address) {
    options = address.options();
    trouble = null;
    starting = false;
    LOG.atInfo()
        .addKeyValue("server", server.name())
        .addKeyValue("address", address)
        .log("the database is ready");
    first.tryComplete();
  }

  private void failed(Throwable cause) {
    starting = false;
    // What exactly is wrong may name places and addresses, which are for the log alone.
    trouble = "It cannot be used yet; the server's log says why.";
    first.tryFail(cause);
    if (closed) {
      return;
    }
    LOG.warn("the database cannot be used yet; trying again", cause);
    vertx.setTimer(
        RETRY_MS,
        id -> {
          if (!closed) {
            attempt();
          }
        });
  }

  private Future<SqlConnectOptions> address() {
    SqlConnectOptions known = options;
    if (known != null) {
      return Future.succeededFuture(known);
    }
    return Future.failedFuture(
        ApiException.unavailable(
            off()
                ? "This needs a database, and the server runs without one (DATABASE_URL=off)."
                : "The database is not ready yet; /health tells more."));
  }
}
