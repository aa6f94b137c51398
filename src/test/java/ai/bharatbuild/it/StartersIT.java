package ai.bharatbuild.it;

import static org.assertj.core.api.Assertions.assertThat;

import ai.bharatbuild.agents.starters.Starter;
import ai.bharatbuild.agents.starters.Starters;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each starter installs, builds, passes its tests and answers, in a sandbox of its type. */
@Timeout(300)
class StartersIT {
  @TempDir static Path base;
  private static final Starters STARTERS = Starters.load();
  private static TestServer server;

  @BeforeAll
  static void start() throws Exception {
    server = TestServer.start(base, Map.of());
  }

  @AfterAll
  static void stop() throws Exception {
    server.closeAndClean();
  }

  static Stream<Starter> starters() {
    return STARTERS.all().stream();
  }

  @ParameterizedTest
  @MethodSource("starters")
  void worksAsItIs(Starter starter) throws Exception {
    String id = TestServer.newId();
    server.post(
        "/api/v1/jobs/create",
        new JsonObject().put("project_name", starter.id()).put("job_id", id));
    for (String path : starter.files()) {
      assertThat(
              server
                  .put("/api/v1/jobs/" + id + "/raw/" + path, STARTERS.content(starter, path))
                  .status())
          .isEqualTo(200);
    }
    JsonObject config = new JsonObject().put("cpu_limit", 2.0).put("memory_limit", "1g");
    JsonObject container =
        new JsonObject().put("project_type", starter.projectType()).put("config", config);
    assertThat(server.post("/api/v1/containers/" + id + "/create", container).status())
        .isEqualTo(201);
    Starter.Commands commands = starter.commands();
    for (String command : new String[] {commands.install(), commands.build(), commands.test()}) {
      if (command != null) {
        Events events =
            server.exec(id, new JsonObject().put("command", command).put("timeout", 240));
        assertThat(events.code()).as(command + "\n" + events.stdout() + events.stderr()).isZero();
      }
    }
    server.detach(id, new JsonObject().put("command", commands.run()).put("timeout", 0));
    String preview = "/api/v1/containers/" + id + "/preview?port=" + starter.port();
    TestServer.eventually(() -> server.get(preview).json().getString("status"), "running"::equals);
    assertThat(browse(id, starter.path())).startsWith("HTTP/1.1 200");
    server.delete("/api/v1/containers/" + id + "?delete_files=true");
  }

  /** Asks the preview as a browser would; gives head and body. */
  private static String browse(String id, String path) throws IOException {
    try (Socket socket = new Socket("127.0.0.1", server.port())) {
      String head =
          "GET %s HTTP/1.1\r\nHost: %s.preview.localhost:%d\r\nConnection: close\r\n\r\n"
              .formatted(path, id, server.port());
      socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
