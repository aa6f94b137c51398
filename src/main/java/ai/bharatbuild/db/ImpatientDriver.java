package ai.bharatbuild.db;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.timeout.ReadTimeoutHandler;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.internal.VertxWrapper;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.net.ClientSSLOptions;
import io.vertx.core.net.ConnectOptions;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.SocketAddress;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.impl.PgConnectionFactory;
import io.vertx.pgclient.spi.PgDriver;
import io.vertx.sqlclient.spi.ConnectionFactory;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The driver of PostgreSQL whose connections, from the first byte of signing in, break off when
 * nothing is read for a while. A timeout in the options of the transport would not do: it closes
 * politely, and then waits for the goodbye of a server that says nothing any more.
 */
final class ImpatientDriver extends PgDriver {
  private static final Logger LOG = LoggerFactory.getLogger(ImpatientDriver.class);

  private final int silenceSeconds;

  ImpatientDriver(int silenceSeconds) {
    this.silenceSeconds = silenceSeconds;
  }

  @Override
  public ConnectionFactory<PgConnectOptions> createConnectionFactory(
      Vertx vertx, NetClientOptions transport) {
    return new PgConnectionFactory(new Watching((VertxInternal) vertx), transport);
  }

  private final class Watching extends VertxWrapper {
    Watching(VertxInternal vertx) {
      super(vertx);
    }

    @Override
    public NetClient createNetClient(NetClientOptions options) {
      return new WatchedClient(super.createNetClient(options));
    }
  }

  private final class WatchedClient implements NetClient {
    private final NetClient client;

    WatchedClient(NetClient client) {
      this.client = client;
    }

    private NetSocket watched(NetSocket socket) {
      // First, so that its closing passes nobody who would rather wait.
      ((NetSocketInternal) socket)
          .channelHandlerContext()
          .pipeline()
          .addFirst(new Silence(silenceSeconds));
      return socket;
    }

    @Override
    public Future<NetSocket> connect(int port, String host) {
      return client.connect(port, host).map(this::watched);
    }

    @Override
    public Future<NetSocket> connect(int port, String host, String name) {
      return client.connect(port, host, name).map(this::watched);
    }

    @Override
    public Future<NetSocket> connect(SocketAddress address) {
      return client.connect(address).map(this::watched);
    }

    @Override
    public Future<NetSocket> connect(SocketAddress address, String name) {
      return client.connect(address, name).map(this::watched);
    }

    @Override
    public Future<NetSocket> connect(ConnectOptions options) {
      return client.connect(options).map(this::watched);
    }

    @Override
    public Future<Void> shutdown(long timeout, TimeUnit unit) {
      return client.shutdown(timeout, unit);
    }

    @Override
    public Future<Boolean> updateSSLOptions(ClientSSLOptions options, boolean force) {
      return client.updateSSLOptions(options, force);
    }

    @Override
    public boolean isMetricsEnabled() {
      return client.isMetricsEnabled();
    }
  }

  /** To the statements it is a connection that was lost. */
  private static final class Silence extends ReadTimeoutHandler {
    Silence(int seconds) {
      super(seconds);
    }

    @Override
    protected void readTimedOut(ChannelHandlerContext context) {
      LOG.warn("the database says nothing; closing a connection to it");
      context.close();
    }
  }
}
