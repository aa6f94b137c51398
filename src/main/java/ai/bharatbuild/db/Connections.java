package ai.bharatbuild.db;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClientOptions;
import io.vertx.sqlclient.ClientBuilder;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.SqlConnectOptions;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * How connections to the database are made, so that each of them notices when nothing answers any
 * more: a process that is stopped, a host that is gone, a network that is cut. What nothing comes
 * back from for {@link #SILENCE_SECONDS} is closed, and its statements fail. Whatever lies unused
 * in a pool is given up long before, so a statement has at least the difference of the two.
 */
final class Connections {
  /** Before a connection is given up that nothing is read from. */
  static final int SILENCE_SECONDS = 20;

  /** For a connection: to be made, or to be free. */
  static final int WAIT_SECONDS = 5;

  private static final int UNUSED_SECONDS = 8;
  private static final int WAITING_STATEMENTS = 10_000;
  private static final int EVENT_LOOPS = 2;

  private Connections() {}

  static Pool pool(Vertx vertx, int size, Supplier<Future<SqlConnectOptions>> address) {
    return ClientBuilder.pool(new ImpatientDriver(SILENCE_SECONDS))
        .with(
            new PoolOptions()
                .setMaxSize(size)
                .setMaxWaitQueueSize(WAITING_STATEMENTS)
                .setEventLoopSize(EVENT_LOOPS)
                .setConnectionTimeout(WAIT_SECONDS)
                .setConnectionTimeoutUnit(TimeUnit.SECONDS)
                .setIdleTimeout(UNUSED_SECONDS)
                .setIdleTimeoutUnit(TimeUnit.SECONDS))
        .with(transport())
        .connectingTo(address)
        .using(vertx)
        .build();
  }

  private static NetClientOptions transport() {
    return new NetClientOptions()
        .setConnectTimeout((int) TimeUnit.SECONDS.toMillis(WAIT_SECONDS))
        .setTcpKeepAlive(true)
        .setTcpUserTimeout((int) TimeUnit.SECONDS.toMillis(SILENCE_SECONDS));
  }
}
