package ai.bharatbuild.gate;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A client of a terminal, or of what stands for one, that can behave badly. */
final class TerminalClient implements WebSocket.Listener, AutoCloseable {
  private static final long STUCK_SECONDS = 3;

  private final boolean reads;
  private final StringBuffer screen = new StringBuffer();
  private final StringBuffer told = new StringBuffer();
  private final HttpClient client = HttpClient.newHttpClient();
  private WebSocket socket;

  private TerminalClient(boolean reads) {
    this.reads = reads;
  }

  /** One that reads what it is sent, or never does. */
  static TerminalClient open(URI place, boolean reads) throws Exception {
    TerminalClient opened = new TerminalClient(reads);
    opened.socket =
        opened.client.newWebSocketBuilder().buildAsync(place, opened).get(30, TimeUnit.SECONDS);
    return opened;
  }

  /** The status with which a page of that origin is answered; 101 is success. */
  static int handshake(URI place, String origin) {
    try (HttpClient client = HttpClient.newHttpClient()) {
      WebSocket opened =
          client
              .newWebSocketBuilder()
              .header("Origin", origin)
              .buildAsync(place, new WebSocket.Listener() {})
              .join();
      opened.abort();
      return 101;
    } catch (CompletionException e) {
      if (e.getCause() instanceof WebSocketHandshakeException refused) {
        return refused.getResponse().statusCode();
      }
      throw e;
    }
  }

  static URI place(Arena arena, String id, String query) {
    return URI.create(
        "ws://127.0.0.1:"
            + arena.server().port()
            + "/api/v1/containers/"
            + id
            + "/terminal?"
            + query);
  }

  @Override
  public void onOpen(WebSocket opened) {
    opened.request(reads ? Long.MAX_VALUE : 0);
  }

  @Override
  public CompletionStage<?> onText(WebSocket from, CharSequence text, boolean last) {
    told.append(text).append(last ? "\n" : "");
    return null;
  }

  @Override
  public CompletionStage<?> onBinary(WebSocket from, ByteBuffer bytes, boolean last) {
    screen.append(StandardCharsets.ISO_8859_1.decode(bytes));
    return null;
  }

  /** All output that came. */
  String screen() {
    return screen.toString();
  }

  /** All text messages that came, one on a line. */
  String told() {
    return told.toString();
  }

  void type(String line) {
    socket.sendBinary(ByteBuffer.wrap(line.getBytes(StandardCharsets.UTF_8)), true).join();
  }

  void awaitScreen(String text) throws Exception {
    Arena.await(() -> screen.indexOf(text) >= 0, there -> there);
  }

  /**
   * Sends messages as fast as they are taken.
   *
   * @param text whether they are text messages
   * @return the bytes that were taken when the other side took none for 3 s; the sum of all of them
   *     when it took all
   */
  long flood(byte[] message, int count, boolean text) throws Exception {
    long taken = 0;
    for (int i = 0; i < count; i++) {
      CompletableFuture<WebSocket> sent =
          text
              ? socket.sendText(new String(message, StandardCharsets.US_ASCII), true)
              : socket.sendBinary(ByteBuffer.wrap(message), true);
      try {
        sent.get(STUCK_SECONDS, TimeUnit.SECONDS);
      } catch (TimeoutException e) {
        return taken;
      }
      taken += message.length;
    }
    return taken;
  }

  @Override
  public void close() {
    if (socket != null) {
      socket.abort();
    }
    client.shutdownNow();
  }
}
