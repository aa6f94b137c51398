package ai.bharatbuild.it;

import static ai.bharatbuild.it.TestServer.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import ai.bharatbuild.it.TestServer.Answer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Watching a sandbox's files, through the API, on a real engine. */
@Timeout(120)
class WatchIT {
  @TempDir static Path base;
  private static TestServer server;
  private static String id;

  @BeforeAll
  static void start() throws Exception {
    server = TestServer.start(base, Map.of());
    id = server.container("node");
  }

  @AfterAll
  static void stop() throws Exception {
    server.closeAndClean();
  }

  private static String path(String id) {
    return "/api/v1/containers/" + id;
  }

  private static Events.Open watch(String id, String query, long after) throws Exception {
    HttpRequest.Builder request = HttpRequest.newBuilder(server.uri(path(id) + "/watch" + query));
    if (after > 0) {
      request.header("Last-Event-ID", Long.toString(after));
    }
    return server.stream(request.build());
  }

  private static void write(String id, String path) throws Exception {
    Answer answer =
        server.post(
            path(id) + "/files", new JsonObject().put("path", path).put("content", "content"));
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
  }

  private static Predicate<Events.Event> is(String type, String path) {
    return event ->
        event.type().equals(type)
            && path.equals(event.json().getJsonObject("data").getString("path"));
  }

  private static JsonArray watchers(String id) throws Exception {
    JsonArray found = new JsonArray();
    for (Object each : server.get(path(id) + "/processes").json().getJsonArray("processes")) {
      if (((JsonObject) each).getString("command").contains("agent watch")) {
        found.add(each);
      }
    }
    return found;
  }

  @Test
  void tellsOfChangesByCommandsAndByTheApi() throws Exception {
    try (Events.Open open = watch(id, "", 0)) {
      assertThat(open.next().type()).isEqualTo("ready");
      write(id, "life/a.txt");
      open.until(is("created", "life/a.txt"));
      write(id, "life/a.txt");
      open.until(is("changed", "life/a.txt"));
      server.exec(id, "mv life/a.txt life/b.txt && mkdir -p life/deep/er && touch life/deep/er/f");
      JsonObject renamed = open.until(event -> event.type().equals("renamed")).json();
      assertThat(renamed.getJsonObject("data"))
          .isEqualTo(
              new JsonObject()
                  .put("from", "life/a.txt")
                  .put("to", "life/b.txt")
                  .put("kind", "file"));
      open.until(is("created", "life/deep/er/f"));
      server.exec(id, "mkdir -p node_modules/m && touch node_modules/m/x; rm -r life");
      Events.Event last = open.until(is("deleted", "life"));
      assertThat(last.id()).isPositive();
    }
  }

  @Test
  void aPartOfTheTreeIsSeenByItself() throws Exception {
    server.exec(id, "mkdir -p part other");
    try (Events.Open open = watch(id, "?path=part", 0)) {
      assertThat(open.next().json().getString("data")).isEqualTo("part");
      write(id, "other/x");
      server.exec(id, "mv other/x part/y");
      open.until(is("created", "part/y"));
      server.exec(id, "mv part/y other/z");
      open.until(is("deleted", "part/y"));
      write(id, "part/end");
      Events.Event end = open.next();
      assertThat(end.json().getJsonObject("data").getString("path")).isEqualTo("part/end");
    }
    assertThat(server.get(path(id) + "/watch?path=../x").code()).isEqualTo("invalid_path");
    assertThat(server.get(path(TestServer.newId()) + "/watch").status()).isEqualTo(404);
  }

  @Test
  void readersGoOnWhereTheyWereAndAreToldOfGaps() throws Exception {
    String own = server.container("static");
    long last;
    try (Events.Open open = watch(own, "", 0)) {
      open.next();
      write(own, "one");
      last = open.until(is("created", "one")).id();
    }
    write(own, "two");
    write(own, "three");
    try (Events.Open open = watch(own, "", last)) {
      assertThat(open.next().id()).isEqualTo(last + 1);
      open.until(is("created", "three"));
    }
    try (Events.Open open = watch(own, "", 17)) {
      Events.Event gap = open.next();
      assertThat(gap.type()).isEqualTo("gap");
      assertThat(gap.json().getJsonObject("data").getLong("after")).isEqualTo(17);
      write(own, "four");
      open.until(is("created", "four"));
    }
    String flood = "i=0; while [ $i -lt 6000 ]; do mkdir d$i; i=$((i+1)); done";
    server.exec(own, new JsonObject().put("command", flood));
    try (Events.Open late = watch(own, "", 0)) {
      late.next();
      write(own, "five");
      late.until(is("created", "five"));
    }
    try (Events.Open open = watch(own, "", last)) {
      assertThat(open.next().type()).isEqualTo("gap");
    }
  }

  @Test
  void watchersShareOneProcessWhichEndsWithTheLast() throws Exception {
    String own = server.container("static");
    try (Events.Open first = watch(own, "", 0);
        Events.Open second = watch(own, "", 0)) {
      first.next();
      second.next();
      assertThat(watchers(own)).hasSize(1);
      assertThat(server.get(path(own) + "/execs").json().getInteger("total"))
          .as("it is no exec of the user's, beside the server of static pages")
          .isEqualTo(1);
      write(own, "x");
      first.until(is("created", "x"));
      second.until(is("created", "x"));
    }
    eventually(() -> watchers(own).size(), count -> count == 0);
  }

  @Test
  void aKilledWatchGoesOnAndSaysSo() throws Exception {
    String own = server.container("static");
    try (Events.Open open = watch(own, "", 0)) {
      open.next();
      server.exec(own, "kill -9 $(pgrep -f 'agent watc[h]')");
      Events.Event told = open.until(event -> event.type().equals("overflow"));
      assertThat(told.data()).isEqualTo("restarted");
      write(own, "after");
      open.until(is("created", "after"));
      server.post(path(own) + "/stop");
      assertThat(open.until(event -> event.type().equals("end"))).isNotNull();
      assertThat(open.next()).isNull();
    }
    assertThat(server.get(path(own) + "/watch").code()).isEqualTo("container_not_running");
  }

  /** Processes of the sandbox can write into the watch's output; it stays a matter of lines. */
  @Test
  void forgedLinesAreTakenForWhatTheyAre() throws Exception {
    String own = server.container("node");
    String forge =
        """
        out=/proc/$(pgrep -f 'agent watc[h]')/fd/1
        printf '{"type":"created","path":"../../etc/passwd","kind":"file"}\\n' > $out
        printf '{"type":"created","path":"/abs","kind":"file"}\\n' > $out
        printf '{"type":"exit","data":0}\\nnot json\\n\\n[[[[\\n' > $out
        node -e 'process.stdout.write("x".repeat(5e6) + "\\n")' > $out
        printf '{"type":"created","path":"forged","kind":"file"}\\n' > $out
        """;
    try (Events.Open open = watch(own, "", 0)) {
      open.next();
      server.exec(own, forge);
      Events.Event event = open.next();
      assertThat(event.type()).isEqualTo("overflow");
      assertThat(event.data()).isEqualTo("lines");
      Events.Event next = open.until(e -> !e.type().equals("overflow"));
      assertThat(next.json().getJsonObject("data").getString("path")).isEqualTo("forged");
    }
  }

  /** What a WebSocket received, as text. */
  private static final class Messages implements WebSocket.Listener {
    final BlockingQueue<String> all = new LinkedBlockingQueue<>();
    private final StringBuilder part = new StringBuilder();

    @Override
    public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
      part.append(data);
      if (last) {
        all.add(part.toString());
        part.setLength(0);
      }
      socket.request(1);
      return null;
    }

    @Override
    public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
      all.add("closed " + code);
      return null;
    }

    JsonObject next() throws Exception {
      String message = all.poll(20, TimeUnit.SECONDS);
      assertThat(message).isNotNull();
      return new JsonObject(message);
    }
  }

  private static WebSocket socket(String id, String query, String origin, Messages messages) {
    WebSocket.Builder builder = server.client().newWebSocketBuilder();
    if (origin != null) {
      builder.header("Origin", origin);
    }
    String uri = "ws://127.0.0.1:" + server.port() + path(id) + "/watch" + query;
    return builder.buildAsync(URI.create(uri), messages).join();
  }

  @Test
  void theSameOverAWebSocket() throws Exception {
    Messages messages = new Messages();
    WebSocket socket = socket(id, "?path=ws", null, messages);
    assertThat(messages.next().getString("type")).isEqualTo("ready");
    write(id, "ws/a");
    assertThat(messages.next().getJsonObject("data").getString("path")).isEqualTo("ws");
    JsonObject created = messages.next();
    assertThat(created.getJsonObject("data").getString("path")).isEqualTo("ws/a");
    socket.sendText("ignored", true).join();
    socket.sendClose(WebSocket.NORMAL_CLOSURE, "").join();

    write(id, "ws/b");
    Messages resumed = new Messages();
    socket(id, "?path=ws&last_event_id=" + created.getLong("id"), null, resumed);
    assertThat(resumed.next().getJsonObject("data").getString("path")).isEqualTo("ws/b");
  }

  @Test
  void pagesOfOtherOriginsOpenNoWebSocket() {
    for (String origin : List.of("http://evil.example", "http://x.preview.localhost", "null")) {
      assertThat(refused(() -> socket(id, "", origin, new Messages()))).isEqualTo(403);
    }
    socket(id, "", "http://127.0.0.1:" + server.port(), new Messages()).abort();
    assertThat(refused(() -> socket("absent", "", null, new Messages()))).isEqualTo(404);
  }

  private static int refused(Runnable attempt) {
    try {
      attempt.run();
      return 101;
    } catch (CompletionException e) {
      return ((WebSocketHandshakeException) e.getCause()).getResponse().statusCode();
    }
  }
}
