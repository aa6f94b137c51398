package ai.bharatbuild.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ClientWebSocket;
import io.vertx.core.http.UpgradeRejectedException;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Terminals with a real shell in a real sandbox. */
class TerminalIT {
  @TempDir static Path base;
  private static TestServer server;
  private static Vertx vertx;
  private static WebSocketClient client;
  private static String id;

  @BeforeAll
  static void start() throws Exception {
    server = TestServer.start(base, Map.of());
    vertx = Vertx.vertx();
    client = vertx.createWebSocketClient();
    id = server.container("static");
  }

  @AfterAll
  static void stop() throws Exception {
    TestServer.await(client.close());
    TestServer.await(vertx.close());
    server.closeAndClean();
  }

  /** A viewer that remembers all that it was sent. */
  private static final class Viewer {
    private final WebSocket socket;
    private final StringBuffer screen = new StringBuffer();
    private final JsonArray told = new JsonArray();
    private volatile long position;
    private volatile boolean closed;

    /** Listens before it connects, so that nothing the server says at once is missed. */
    Viewer(WebSocketConnectOptions options) throws Exception {
      ClientWebSocket connecting = client.webSocket();
      connecting.textMessageHandler(this::tell);
      connecting.binaryMessageHandler(
          bytes -> {
            screen.append(bytes.toString(UTF_8));
            position += bytes.length();
          });
      connecting.closeHandler(v -> closed = true);
      socket = TestServer.await(connecting.connect(options));
    }

    private void tell(String message) {
      JsonObject json = new JsonObject(message);
      if (json.getString("type").equals("tail")) {
        position = json.getLong("position");
      }
      synchronized (told) {
        told.add(json);
      }
    }

    JsonObject awaitTold(String type) throws Exception {
      return TestServer.eventually(
          () -> {
            synchronized (told) {
              return told.stream()
                  .map(JsonObject.class::cast)
                  .filter(one -> one.getString("type").equals(type))
                  .findFirst()
                  .orElse(null);
            }
          },
          found -> found != null);
    }

    void type(String text) throws Exception {
      TestServer.await(socket.writeBinaryMessage(Buffer.buffer(text)));
    }

    void resize(int cols, int rows) throws Exception {
      JsonObject message =
          new JsonObject().put("type", "resize").put("cols", cols).put("rows", rows);
      TestServer.await(socket.writeTextMessage(message.encode()));
    }

    void awaitScreen(String text) throws Exception {
      TestServer.eventually(screen::toString, shown -> shown.contains(text));
    }

    void close() throws Exception {
      TestServer.await(socket.close());
    }
  }

  private static Viewer open(String query) throws Exception {
    return open(query, null);
  }

  private static Viewer open(String query, String origin) throws Exception {
    WebSocketConnectOptions options =
        new WebSocketConnectOptions()
            .setHost("127.0.0.1")
            .setPort(server.port())
            .setURI("/api/v1/containers/" + id + "/terminal?" + query);
    if (origin != null) {
      options.addHeader("Origin", origin);
    }
    return new Viewer(options);
  }

  @Test
  void aShellAnswersOnATerminalOfThatSize() throws Exception {
    Viewer viewer = open("cols=101&rows=33");
    JsonObject ready = viewer.awaitTold("ready");
    assertThat(ready.getBoolean("fresh")).isTrue();
    viewer.type("tty; stty size; id -u; echo term:$TERM\n");
    viewer.awaitScreen("/dev/pts/");
    viewer.awaitScreen("33 101");
    viewer.awaitScreen("10001");
    viewer.awaitScreen("term:xterm-256color");
    viewer.resize(120, 40);
    viewer.type("stty size\n");
    viewer.awaitScreen("40 120");
    viewer.type("exit 3\n");
    assertThat(viewer.awaitTold("exit").getInteger("code")).isEqualTo(3);
    TestServer.eventually(() -> viewer.closed, closed -> closed);
  }

  @Test
  void controlCEndsWhatRunsAndTheShellGoesOn() throws Exception {
    Viewer viewer = open("");
    // Said by the program itself: what bash says comes before the program has the terminal, and
    // control-C would be bash's.
    viewer.type("sh -c 'echo begun; exec sleep 600'\n");
    viewer.awaitScreen("begun\r\n");
    viewer.type("\u0003");
    viewer.type("echo still-$((40+2))\n");
    viewer.awaitScreen("still-42");
    viewer.type("\u0004");
    viewer.awaitTold("exit");
  }

  @Test
  void viewersShareATerminalAndComeBackToIt() throws Exception {
    Viewer first = open("terminal_id=shared");
    Viewer second = open("terminal_id=shared");
    assertThat(second.awaitTold("ready").getBoolean("fresh")).isFalse();
    first.type("echo from-$((1))-first\n");
    second.awaitScreen("from-1-first");
    second.type("echo from-$((2))-second\n");
    first.awaitScreen("from-2-second");
    long seen = first.position;
    first.close();
    second.type("echo mean$((0))while\n");
    second.awaitScreen("mean0while");

    Viewer back = open("terminal_id=shared&position=" + seen);
    back.awaitScreen("mean0while");
    assertThat(back.screen).doesNotContain("from-1-first");
    Viewer anew = open("terminal_id=shared");
    anew.awaitScreen("mean0while");
    assertThat(anew.screen.toString()).contains("from-1-first").contains("from-2-second");
    anew.awaitTold("tail");
    JsonArray listed =
        server.get("/api/v1/containers/" + id + "/terminals").json().getJsonArray("terminals");
    assertThat(listed.stream().map(t -> ((JsonObject) t).getString("terminal_id")))
        .contains("shared");
    assertThat(server.delete("/api/v1/containers/" + id + "/terminals/shared").status())
        .isEqualTo(200);
    back.awaitTold("exit");
    anew.awaitTold("exit");
    TestServer.eventually(
        () -> server.get("/api/v1/containers/" + id + "/terminals").text(),
        text -> !text.contains("shared"));
    assertThat(server.delete("/api/v1/containers/" + id + "/terminals/shared").status())
        .isEqualTo(404);
  }

  @Test
  void aViewerThatDoesNotReadHoldsUpNobody() throws Exception {
    Viewer reading = open("terminal_id=flood");
    Viewer slow = open("terminal_id=flood");
    slow.awaitTold("ready");
    slow.socket.pause();
    reading.type("seq 1 300000; echo fl$((0))od-over\n");
    reading.awaitScreen("fl0od-over");
    slow.socket.resume();
    slow.awaitScreen("fl0od-over");
    server.delete("/api/v1/containers/" + id + "/terminals/flood");
  }

  @Test
  void whatIsWrongIsSaid() throws Exception {
    String path = "/api/v1/containers/" + id + "/terminal";
    assertThat(server.get(path).status()).isEqualTo(426);
    assertRejected("terminal_id=..%2f", null, 422);
    assertRejected("cols=1001&rows=2", null, 422);
    assertRejected("", "http://evil.example", 403);
    Viewer viewer = open("");
    TestServer.await(viewer.socket.writeTextMessage("{\"type\":\"resize\",\"cols\":0}"));
    assertThat(viewer.awaitTold("error").getString("message")).contains("1 to 1000");
    TestServer.eventually(() -> viewer.closed, closed -> closed);
  }

  private static void assertRejected(String query, String origin, int status) {
    assertThatThrownBy(() -> open(query, origin))
        .isInstanceOf(ExecutionException.class)
        .cause()
        .isInstanceOfSatisfying(
            UpgradeRejectedException.class, e -> assertThat(e.getStatus()).isEqualTo(status));
  }
}
