package ai.bharatbuild.preview;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.UpgradeRejectedException;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** WebSockets, as hot reload uses them. */
class PreviewWebSocketTest {
  private static final Duration SILENCE = Duration.ofMillis(400);
  private PreviewFixture preview;
  private WebSocketClient sockets;

  @BeforeEach
  void start() {
    preview = new PreviewFixture(SILENCE);
    // A fixed size keeps the kernel from growing the buffer of a slow reader by megabytes.
    sockets =
        preview.vertx.createWebSocketClient(
            new WebSocketClientOptions().setReceiveBufferSize(PreviewFixture.SOCKET_BUFFER));
  }

  @AfterEach
  void close() {
    preview.close();
  }

  private WebSocketConnectOptions options(String label) {
    WebSocketConnectOptions options = new WebSocketConnectOptions();
    options
        .setHost("127.0.0.1")
        .setPort(preview.port())
        .setURI("/hmr?token=a%2Fb")
        .addHeader("Host", preview.authority(label));
    return options;
  }

  private WebSocket connect(WebSocketConnectOptions options) {
    return preview.onContext(() -> sockets.connect(options).map(WebSocket::pause));
  }

  private static Future<String> nextText(WebSocket socket) {
    Promise<String> text = Promise.promise();
    socket.textMessageHandler(text::tryComplete);
    socket.resume();
    return text.future();
  }

  private void echo() {
    preview.app(
        "demo",
        request -> request.response().setStatusCode(404).end(),
        socket -> {
          socket.textMessageHandler(socket::writeTextMessage);
          socket.binaryMessageHandler(socket::writeBinaryMessage);
        });
  }

  @Test
  void echoesTextAndBytes() {
    echo();
    WebSocket socket = connect(options("demo"));
    Future<String> text = nextText(socket);
    socket.writeTextMessage("hällo");
    assertThat(PreviewFixture.await(text)).isEqualTo("hällo");
    Promise<Buffer> bytes = Promise.promise();
    socket.binaryMessageHandler(bytes::complete);
    Buffer large = Buffer.buffer(new byte[60_000]).setByte(59_999, (byte) 7);
    socket.writeBinaryMessage(large);
    assertThat(PreviewFixture.await(bytes.future())).isEqualTo(large);
  }

  @Test
  void handshakePassesWhatIsTheAppsAndNothingElse() {
    AtomicReference<MultiMap> seen = new AtomicReference<>();
    AtomicReference<String> uri = new AtomicReference<>();
    preview.app(
        "demo",
        request -> request.response().end(),
        socket -> {
          seen.set(socket.headers());
          uri.set(socket.uri());
        });
    connect(
        options("demo")
            .addHeader("Cookie", "a=1; bb_session=secret")
            .addHeader("X-API-Key", "secret")
            .addHeader("X-Forwarded-For", "6.6.6.6")
            .addHeader("Origin", "http://" + preview.authority("demo")));
    assertThat(uri.get()).isEqualTo("/hmr?token=a%2Fb");
    assertThat(seen.get().getAll("Host")).isEqualTo(List.of(preview.authority("demo")));
    assertThat(seen.get().get("Cookie")).isEqualTo("a=1");
    assertThat(seen.get().get("Origin")).isEqualTo("http://" + preview.authority("demo"));
    assertThat(seen.get().getAll("X-Forwarded-For")).isEqualTo(List.of("127.0.0.1"));
    assertThat(seen.get().toString()).doesNotContain("secret");
  }

  @Test
  void subprotocolIsTheAppsChoice() {
    preview.app("demo", r -> r.response().end());
    preview.rawApp(
        "raw",
        socket ->
            socket.handler(
                b -> {
                  String key = b.toString().replaceAll("(?is).*sec-websocket-key: (\\S+).*", "$1");
                  socket.write(
                      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: WebSocket\r\n"
                          + "Connection: upgrade\r\nSec-WebSocket-Accept: "
                          + accept(key)
                          + "\r\nSec-WebSocket-Protocol: vite-hmr\r\nSet-Cookie: bb_x=1\r\n\r\n"
                          + "\u0081\u0002hi",
                      "ISO-8859-1");
                }));
    WebSocket socket = connect(options("raw").setSubProtocols(List.of("vite-hmr")));
    assertThat(socket.subProtocol()).isEqualTo("vite-hmr");
    assertThat(socket.headers().contains("Set-Cookie")).isFalse();
    // Sent together with the handshake, so it had to wait for the tunnel.
    assertThat(PreviewFixture.await(nextText(socket))).isEqualTo("hi");
  }

  private static String accept(String key) {
    try {
      var sha = java.security.MessageDigest.getInstance("SHA-1");
      byte[] hash = sha.digest((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").getBytes());
      return java.util.Base64.getEncoder().encodeToString(hash);
    } catch (java.security.NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void closeCodesPassBothWays() {
    Promise<Short> atApp = Promise.promise();
    preview.app(
        "demo",
        r -> r.response().end(),
        socket -> {
          socket.closeHandler(v -> atApp.tryComplete(socket.closeStatusCode()));
          socket.textMessageHandler(t -> socket.close((short) 4321, "enough"));
        });
    WebSocket leaving = connect(options("demo"));
    leaving.resume();
    leaving.close((short) 4001, "bye");
    assertThat(PreviewFixture.await(atApp.future())).isEqualTo((short) 4001);
    WebSocket told = connect(options("demo"));
    Promise<Void> closed = Promise.promise();
    told.closeHandler(v -> closed.complete());
    told.resume();
    told.writeTextMessage("x");
    PreviewFixture.await(closed.future());
    assertThat(told.closeStatusCode()).isEqualTo((short) 4321);
    assertThat(told.closeReason()).isEqualTo("enough");
  }

  @Test
  void bothSidesLearnThatTheOtherIsGone() throws Exception {
    Promise<ServerWebSocket> first = Promise.promise();
    Promise<Void> gone = Promise.promise();
    preview.app(
        "demo",
        r -> r.response().end(),
        socket -> {
          if (first.tryComplete(socket)) {
            socket.closeHandler(v -> gone.complete());
            socket.exceptionHandler(e -> {});
          } else {
            socket.textMessageHandler(t -> preview.vertx.runOnContext(v -> socket.close()));
          }
        });
    try (var raw = preview.socket()) {
      raw.getOutputStream()
          .write(
              ("GET / HTTP/1.1\r\nHost: "
                      + preview.authority("demo")
                      + "\r\n"
                      + "Connection: keep-alive, Upgrade\r\n"
                      + "Upgrade: websocket\r\n"
                      + "Sec-WebSocket-Version: 13\r\n"
                      + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
                  .getBytes());
      assertThat(new String(raw.getInputStream().readNBytes(12))).isEqualTo("HTTP/1.1 101");
      PreviewFixture.await(first.future());
    }
    PreviewFixture.await(gone.future());
    WebSocket socket = connect(options("demo"));
    Promise<Void> closed = Promise.promise();
    socket.closeHandler(v -> closed.complete());
    socket.resume();
    socket.writeTextMessage("go");
    PreviewFixture.await(closed.future());
  }

  @Test
  void aQuietSocketIsNotCutByTheLimitOnSilence() {
    echo();
    preview.rawApp("silent", socket -> socket.handler(b -> {}));
    WebSocket socket = connect(options("demo"));
    assertThat(preview.get("silent", "/").status()).isEqualTo(504);
    assertThat(preview.get("silent", "/").status()).isEqualTo(504);
    Future<String> text = nextText(socket);
    socket.writeTextMessage("still here");
    assertThat(PreviewFixture.await(text)).isEqualTo("still here");
  }

  @Test
  void refusedHandshakeIsTheAppsAnswer() {
    preview.app(
        "demo",
        r ->
            r.response()
                .setStatusCode(403)
                .putHeader("Set-Cookie", "bb_x=1")
                .putHeader("X-App", "1")
                .end("not you"));
    assertThatThrownBy(() -> connect(options("demo")))
        .hasCauseInstanceOf(UpgradeRejectedException.class)
        .cause()
        .satisfies(
            e -> {
              UpgradeRejectedException refused = (UpgradeRejectedException) e;
              assertThat(refused.getStatus()).isEqualTo(403);
              assertThat(refused.getHeaders().get("X-App")).isEqualTo("1");
              assertThat(refused.getHeaders().contains("Set-Cookie")).isFalse();
              assertThat(refused.getBody().toString()).isEqualTo("not you");
            });
    // The connection that carried the handshake must not be used for anything else.
    assertThat(preview.get("demo", "/").body()).isEqualTo("not you");
  }

  @Test
  void failuresAreTheSameAsForRequests() {
    preview.rawApp("silent", socket -> socket.handler(b -> {}));
    preview.rawApp("broken", socket -> socket.handler(b -> socket.close()));
    assertThat(status("nothing")).isEqualTo(404);
    assertThat(status("silent")).isEqualTo(504);
    assertThat(status("broken")).isEqualTo(502);
  }

  private int status(String label) {
    return preview.onContext(
        () ->
            sockets
                .connect(options(label))
                .map(socket -> 101)
                .otherwise(e -> ((UpgradeRejectedException) e).getStatus()));
  }

  @Test
  void sendsNoFasterThanTheClientReads() {
    AtomicLong written = new AtomicLong();
    long total = 50L << 20;
    preview.app("demo", r -> r.response().end("pong"), socket -> pour(socket, written, total));
    WebSocket socket = connect(options("demo"));
    for (int i = 0; i < 300; i++) {
      assertThat(preview.get("demo", "/ping").body()).isEqualTo("pong");
    }
    assertThat(written.get()).isPositive().isLessThan(24L << 20);
    AtomicLong received = new AtomicLong();
    Promise<Void> all = Promise.promise();
    socket.handler(
        piece -> {
          if (received.addAndGet(piece.length()) == total) {
            all.complete();
          }
        });
    socket.resume();
    PreviewFixture.await(all.future());
  }

  private static void pour(ServerWebSocket socket, AtomicLong written, long total) {
    Buffer piece = Buffer.buffer(new byte[32 << 10]);
    while (written.get() < total) {
      if (socket.writeQueueFull()) {
        socket.drainHandler(v -> pour(socket, written, total));
        return;
      }
      written.addAndGet(piece.length());
      socket.writeBinaryMessage(piece);
    }
  }
}
