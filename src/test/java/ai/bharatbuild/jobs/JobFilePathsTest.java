package ai.bharatbuild.jobs;

import static ai.bharatbuild.jobs.JobServer.batch;
import static ai.bharatbuild.jobs.JobServer.encode;
import static ai.bharatbuild.jobs.JobServer.file;
import static org.assertj.core.api.Assertions.assertThat;

import ai.bharatbuild.jobs.JobServer.Reply;
import io.vertx.core.json.JsonObject;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Paths that lead out of a workspace are refused by every call. */
class JobFilePathsTest {
  @TempDir static Path temp;
  private static Path base;
  private static JobServer server;

  @BeforeAll
  static void start() throws Exception {
    base = temp.resolve("jobs");
    server = new JobServer(base);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "..",
        "../x",
        "a/../../x",
        "/etc/passwd",
        "a//b",
        "a/",
        "a\\b",
        "a\u0000b",
        "a\nb",
        ".job_metadata.json"
      })
  void refusesBadPathsEverywhere(String path) throws Exception {
    Reply created = server.tryCreate("bad");
    assertThat(created.status()).isIn(201, 409);
    List<Reply> replies = new ArrayList<>();
    replies.add(server.write("bad", path, "x"));
    replies.add(server.post("/bad/files/move", new JsonObject().put("from", path).put("to", "t")));
    if (!path.isEmpty()) {
      String url = encode(path);
      replies.add(server.get("/bad/files/" + url));
      replies.add(server.delete("/bad/files/" + url + "?recursive=true"));
      replies.add(server.put("/bad/raw/" + url, new byte[3]));
      replies.add(server.get("/bad/raw/" + url));
    }
    for (Reply reply : replies) {
      assertThat(reply.status()).as(reply.body()).isEqualTo(400);
      assertThat(reply.code()).isEqualTo("invalid_path");
      assertThat(reply.json().getString("detail")).isNotBlank();
    }
    Reply batch = server.post("/bad/files/batch", batch(file(path, "x")));
    assertThat(batch.json().getInteger("success")).isZero();
    assertThat(batch.json().getJsonArray("results").getJsonObject(0).getString("code"))
        .isEqualTo("invalid_path");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/x/files/../../../etc/passwd", "/x/files/%2e%2e/%2E%2e/x", "/x/raw/a/..%2f..%2fb",
        "/x/files/%ff", "/x/files/a%00", "/x/raw//etc/passwd"
      })
  void refusesEncodedTraversal(String path) throws Exception {
    server.tryCreate("x");
    // Written to the socket as it is: clients of the JDK resolve dots themselves.
    try (Socket socket = new Socket("127.0.0.1", server.server().port())) {
      String head = "GET /api/v1/jobs%s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
      socket.getOutputStream().write(head.formatted(path).getBytes(StandardCharsets.US_ASCII));
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(answer).startsWith("HTTP/1.1 400 ").contains("\"invalid_path\"");
    }
  }

  @Test
  void linksAreRefusedAndNeverFollowed() throws Exception {
    server.create("links");
    Path outside = Files.createDirectory(temp.resolve("outside"));
    Files.writeString(outside.resolve("secret"), "SECRET");
    Files.createSymbolicLink(base.resolve("links/way"), outside);
    Files.createSymbolicLink(base.resolve("links/file"), outside.resolve("secret"));
    for (String path : List.of("way/secret", "file")) {
      for (Reply reply :
          List.of(
              server.write("links", path, "mine"),
              server.get("/links/files/" + path),
              server.get("/links/raw/" + path),
              server.put("/links/raw/" + path, new byte[200_000]),
              server.delete("/links/files/" + path))) {
        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.code()).isEqualTo("invalid_path");
      }
    }
    assertThat(outside.resolve("secret")).hasContent("SECRET");
    assertThat(server.get("/links/files").paths()).isEmpty();
    assertThat(server.get("/links/files?directories=true").paths()).containsExactly("file", "way");
  }
}
