package ai.bharatbuild.gate;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.ServerWebSocket;
import java.net.URI;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

/**
 * A terminal's server that did not think of it: it reads whatever comes and keeps it for a shell
 * that does not, lets in whoever knocks, and passes output on as messages of text.
 */
final class NaiveTerminal implements AutoCloseable {
  private final Vertx vertx = Vertx.vertx();
  private final Queue<Buffer> kept = new ConcurrentLinkedQueue<>();
  private final HttpServer server;

  /**
   * @param output what the shell writes to whoever comes
   */
  NaiveTerminal(String output) throws Exception {
    server =
        vertx
            .createHttpServer()
            .webSocketHandler(socket -> serve(socket, output))
            .listen(0, "127.0.0.1")
            .await(30, TimeUnit.SECONDS);
  }

  private void serve(ServerWebSocket socket, String output) {
    socket.handler(kept::add);
    socket.writeTextMessage(output);
  }

  URI place() {
    return URI.create("ws://127.0.0.1:" + server.actualPort() + "/");
  }

  @Override
  public void close() {
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }
}
