package ai.bharatbuild.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Previews of real servers in real sandboxes. */
class PreviewIT {
  private static final String APP =
      """
      const http = require('http');
      const [port, host] = [Number(process.argv[2]), process.argv[3]];
      http.createServer((q, a) => a.end(JSON.stringify(
          {port, method: q.method, url: q.url, cookie: q.headers.cookie ?? null})))
        .listen(port, host);
      """;

  @TempDir static Path base;
  private static TestServer server;

  @BeforeAll
  static void start() throws Exception {
    server = TestServer.start(base, Map.of());
  }

  @AfterAll
  static void stop() throws Exception {
    server.closeAndClean();
  }

  private static String app(int port, String host) throws Exception {
    String id = server.container("node");
    listen(id, port, host);
    return id;
  }

  private static void listen(String id, int port, String host) throws Exception {
    server.post(
        "/api/v1/containers/" + id + "/files",
        new JsonObject().put("path", "app.js").put("content", APP));
    server.detach(
        id,
        new JsonObject()
            .put("command", "node app.js %d %s".formatted(port, host))
            .put("timeout", 0));
    TestServer.eventually(
        () -> server.get("/api/v1/containers/" + id + "/preview?port=" + port).json(),
        answer -> "running".equals(answer.getString("status")));
  }

  /** Asks a preview origin as a browser would; gives head and body. */
  private static String browse(String host, String head) throws IOException {
    try (Socket socket = new Socket("127.0.0.1", server.port())) {
      socket
          .getOutputStream()
          .write(
              (head + "\r\nHost: " + host + ":" + server.port() + "\r\nConnection: close\r\n\r\n")
                  .getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void anAppIsFoundByItselfAndSeenUnderItsOwnName() throws Exception {
    String id = app(3456, "0.0.0.0");

    JsonObject preview = server.get("/api/v1/containers/" + id + "/preview").json();
    assertThat(preview.getInteger("port")).isEqualTo(3456);
    assertThat(preview.getString("preview_url"))
        .isEqualTo("http://" + id + ".preview.localhost:" + server.port() + "/");
    assertThat(browse(id + ".preview.localhost", "POST /a%20b?c=d HTTP/1.1\r\nContent-Length: 0"))
        .startsWith("HTTP/1.1 200")
        .contains("\"url\":\"/a%20b?c=d\"")
        .contains("\"method\":\"POST\"");
  }

  @Test
  void aServerThatListensOnLoopbackAloneIsSeenToo() throws Exception {
    String id = app(5173, "127.0.0.1");

    assertThat(browse(id + ".preview.localhost", "GET / HTTP/1.1"))
        .startsWith("HTTP/1.1 200")
        .contains("\"port\":5173");
  }

  @Test
  void anotherPortHasANameOfItsOwn() throws Exception {
    String id = app(3000, "0.0.0.0");
    listen(id, 4000, "0.0.0.0");

    assertThat(browse(id + ".preview.localhost", "GET / HTTP/1.1")).contains("\"port\":3000");
    assertThat(browse(id + "--4000.preview.localhost", "GET / HTTP/1.1")).contains("\"port\":4000");
    assertThat(
            server.get("/api/v1/containers/" + id + "/ports").json().getJsonArray("ports").stream()
                .map(p -> ((JsonObject) p).getInteger("port")))
        .contains(3000, 4000);
  }

  @Test
  void theApisPathLeadsThereAndKeepsTheRest() throws Exception {
    String id = app(3000, "0.0.0.0");

    TestServer.Answer answer = server.get("/api/v1/preview/" + id + "/x%2Fy?q=1&port=4000");

    assertThat(answer.status()).isEqualTo(307);
    assertThat(answer.header("Location"))
        .isEqualTo("http://" + id + "--4000.preview.localhost:" + server.port() + "/x%2Fy?q=1");
  }

  @Test
  void whatIsNotThereIsToldApart() throws Exception {
    assertThat(browse("no-such.preview.localhost", "GET / HTTP/1.1")).startsWith("HTTP/1.1 404");
    String silent = server.container("python");
    assertThat(browse(silent + ".preview.localhost", "GET / HTTP/1.1")).startsWith("HTTP/1.1 503");
    server.post("/api/v1/containers/" + silent + "/stop");
    assertThat(browse(silent + ".preview.localhost", "GET / HTTP/1.1")).startsWith("HTTP/1.1 503");
  }

  @Test
  void anAppThatMovesToAnotherPortIsFoundAgain() throws Exception {
    String id = app(3000, "0.0.0.0");
    assertThat(browse(id + ".preview.localhost", "GET / HTTP/1.1")).contains("\"port\":3000");
    server.exec(id, "pkill -f 'app.js 300[0]'; true");
    listen(id, 3999, "0.0.0.0");

    assertThat(browse(id + ".preview.localhost", "GET / HTTP/1.1")).contains("\"port\":3999");
  }

  @Test
  void publishedPortsAreOnLoopbackOnly() throws Exception {
    String id =
        server.container(
            "node", new JsonObject().put("publish", new io.vertx.core.json.JsonArray().add(3000)));
    listen(id, 3000, "0.0.0.0");
    int outside =
        server
            .get("/api/v1/containers/" + id + "/status")
            .json()
            .getJsonObject("port_mappings")
            .getInteger("3000");

    assertThat(Docker.run("port", Docker.containersOf(id).getFirst()))
        .isEqualTo("3000/tcp -> 127.0.0.1:" + outside);
  }
}
