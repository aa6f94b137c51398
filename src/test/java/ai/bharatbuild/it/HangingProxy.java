package ai.bharatbuild.it;

import io.vertx.core.Vertx;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** Passes connections on to a port, and can let those that there are hang for ever. */
final class HangingProxy implements AutoCloseable {
  private final Vertx vertx = Vertx.vertx();
  private final List<NetSocket> sockets = new CopyOnWriteArrayList<>();
  private final NetServer server;

  HangingProxy(int port) throws Exception {
    server =
        vertx
            .createNetServer()
            .connectHandler(
                from -> {
                  from.pause();
                  vertx
                      .createNetClient()
                      .connect(port, "127.0.0.1")
                      .onSuccess(to -> join(from, to))
                      .onFailure(e -> from.close());
                })
            .listen(0, "127.0.0.1")
            .await(10, TimeUnit.SECONDS);
  }

  private void join(NetSocket from, NetSocket to) {
    sockets.add(from);
    sockets.add(to);
    from.handler(to::write).closeHandler(v -> to.close());
    to.handler(from::write).closeHandler(v -> from.close());
    from.resume();
  }

  int port() {
    return server.actualPort();
  }

  /** From now on nothing passes any more on what is open; what is opened later is as before. */
  void hang() {
    sockets.forEach(NetSocket::pause);
    sockets.clear();
  }

  @Override
  public void close() {
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }
}
