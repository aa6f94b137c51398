package ai.bharatbuild.sandbox.docker;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.SocketAddress;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A second socket of the real engine, which a test can take away and bring back. */
final class EngineRelay {
  private final Vertx vertx;
  private final SocketAddress address;
  private final NetClient client;
  private final Set<NetSocket> connections = ConcurrentHashMap.newKeySet();
  private NetServer server;

  EngineRelay(Vertx vertx, Path socket) {
    this.vertx = vertx;
    this.address = SocketAddress.domainSocketAddress(socket.toString());
    this.client = vertx.createNetClient();
  }

  Future<?> open() {
    server = vertx.createNetServer().connectHandler(this::relay);
    return server.listen(address);
  }

  /** Cuts all connections and accepts no more. */
  Future<?> close() {
    Future<Void> closed = server.close();
    connections.forEach(NetSocket::close);
    return closed;
  }

  private void relay(NetSocket in) {
    in.pause();
    connections.add(in);
    in.closeHandler(v -> connections.remove(in));
    client
        .connect(SocketAddress.domainSocketAddress(DockerTestSetup.SOCKET.toString()))
        .onFailure(e -> in.close())
        .onSuccess(
            out -> {
              in.pipeTo(out);
              out.pipeTo(in);
            });
  }
}
