package ai.bharatbuild.it;

import static org.assertj.core.api.Assertions.assertThat;

import ai.bharatbuild.accounts.AccountServer;
import ai.bharatbuild.accounts.AccountServer.Person;
import ai.bharatbuild.it.TestServer.Answer;
import io.vertx.core.json.JsonObject;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who sees what runs in a real sandbox, on a server with accounts. */
class PrivatePreviewIT {
  @TempDir static Path base;
  private static AccountServer server;
  private static Person owner;
  private static Person other;

  @BeforeAll
  static void start() throws Exception {
    server = AccountServer.start(base, Map.of());
    owner = server.person("developer");
    other = server.person("developer");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  /** A sandbox that serves one page; gives the address of its preview as its owner is told it. */
  private static String site(Person person, String id, String visibility) throws Exception {
    Answer made =
        server.call(
            person.token(),
            "POST",
            "/api/v1/containers/" + id + "/create",
            new JsonObject()
                .put("project_type", "static")
                .put("config", new JsonObject().put("visibility", visibility)));
    assertThat(made.status()).as(made.text()).isEqualTo(201);
    server.call(
        person.token(),
        "POST",
        "/api/v1/containers/" + id + "/files",
        new JsonObject().put("path", "index.html").put("content", "<h1>" + id + "</h1>"));
    Answer preview =
        TestServer.eventually(
            () -> server.get(person, "/api/v1/containers/" + id + "/preview"),
            it -> it.json().getString("status").equals("running"));
    return preview.json().getString("preview_url");
  }

  private static void remove(Person person, String id) throws Exception {
    server.call(person.token(), "DELETE", "/api/v1/containers/" + id + "?delete_files=true", null);
  }

  /** Asks a preview origin, whose name need not be known to the machine; the whole answer. */
  private static String see(String address, String cookie) throws Exception {
    URI uri = URI.create(address);
    String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
    try (Socket socket = new Socket("127.0.0.1", server.server().port())) {
      String request =
          "GET %s%s HTTP/1.1\r\nHost: %s\r\n%sConnection: close\r\n\r\n"
              .formatted(
                  uri.getRawPath(),
                  query,
                  uri.getAuthority(),
                  cookie == null ? "" : "Cookie: " + cookie + "\r\n");
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void aPrivatePreviewIsItsOwnersAloneAndAPublicOneEverybodys() throws Exception {
    String mine = TestServer.newId();
    String theirs = TestServer.newId();
    String open = TestServer.newId();
    try {
      String address = site(owner, mine, "private");
      String foreign = site(other, theirs, "private");
      String shown = site(other, open, "public");
      String plain = address.substring(0, address.indexOf('?'));
      assertThat(see(plain, null)).startsWith("HTTP/1.1 404");

      String sent = see(address, null);
      assertThat(sent).startsWith("HTTP/1.1 307").containsIgnoringCase("location: /\r\n");
      String cookie = sent.substring(sent.indexOf("bb_preview="), sent.indexOf("; Path=/"));
      assertThat(see(plain, cookie)).startsWith("HTTP/1.1 200").contains("<h1>" + mine);

      String ticket = address.substring(address.indexOf('?'));
      String crossed = foreign.substring(0, foreign.indexOf('?')) + ticket;
      assertThat(see(crossed, null)).startsWith("HTTP/1.1 307").doesNotContain("bb_preview");
      assertThat(see(foreign.substring(0, foreign.indexOf('?')), cookie))
          .startsWith("HTTP/1.1 404");
      assertThat(server.get(other, "/api/v1/containers/" + mine + "/preview").status())
          .isEqualTo(404);

      assertThat(see(shown.substring(0, shown.indexOf('?')), null)).contains("<h1>" + open);

      // The same id in other hands is another workspace; a free plan has room for two at once.
      remove(owner, mine);
      remove(other, open);
      site(other, mine, "private");
      assertThat(see(plain, cookie)).startsWith("HTTP/1.1 404");
    } finally {
      remove(owner, mine);
      remove(other, mine);
      remove(other, theirs);
      remove(other, open);
    }
  }
}
