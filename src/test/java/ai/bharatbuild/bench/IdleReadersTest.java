package ai.bharatbuild.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetSocket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The other side is a bare socket here, so that the test decides where the bytes are cut. */
class IdleReadersTest {
  private static final int READERS = 250;

  private final List<NetSocket> streams = new CopyOnWriteArrayList<>();
  private Vertx vertx;
  private NetClient client;

  @BeforeEach
  void start() {
    vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    client = vertx.createNetClient();
  }

  @AfterEach
  void stop() throws InterruptedException {
    LoadClient.await(vertx.close());
  }

  @Test
  void waitsUntilTheLastHasTheLine() throws InterruptedException {
    IdleReaders readers = IdleReaders.open(client, listen(this::follow), "/events", READERS);
    assertThat(streams).hasSize(READERS);
    for (int wave = 0; wave < 3; wave++) {
      long begun = System.nanoTime();
      readers.expect("line-" + wave + "-");
      // In two pieces, and before them what only looks like the beginning.
      for (NetSocket stream : streams) {
        LoadClient.await(stream.write("data: line-9 line-"));
      }
      for (NetSocket stream : streams) {
        LoadClient.await(stream.write(wave + "-\n\n"));
      }
      readers.await();
      assertThat(readers.middleNanos()).isGreaterThan(begun);
      assertThat(readers.lastNanos()).isGreaterThanOrEqualTo(readers.middleNanos());
    }
    readers.close();
  }

  @Test
  void failsWhereOneStreamIsRefused() throws InterruptedException {
    int port =
        listen(
            socket -> {
              if (streams.size() == READERS / 2) {
                socket.write("HTTP/1.1 503 Service Unavailable\r\n\r\n\"type\":\"status\"");
              } else {
                follow(socket);
              }
            });
    assertThatThrownBy(() -> IdleReaders.open(client, port, "/events", READERS))
        .isInstanceOf(BenchFailure.class)
        .hasMessageContaining("503");
  }

  @Test
  void failsWhereOneStreamIsClosed() throws InterruptedException {
    IdleReaders readers = IdleReaders.open(client, listen(this::follow), "/events", 3);
    readers.expect("line-0-");
    streams.getLast().close();
    assertThatThrownBy(readers::await)
        .isInstanceOf(BenchFailure.class)
        .hasMessageContaining("closed");
  }

  private void follow(NetSocket socket) {
    streams.add(socket);
    socket.write(
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n"
            + "id: 1\ndata: {\"type\":\"status\",\"data\":\"started\"}\n\n");
  }

  private int listen(Handler<NetSocket> handler) throws InterruptedException {
    return LoadClient.await(
            vertx
                .createNetServer()
                .connectHandler(socket -> socket.handler(request -> handler.handle(socket)))
                .listen(0, "127.0.0.1"))
        .actualPort();
  }
}
