package ai.bharatbuild.it;

import static org.assertj.core.api.Assertions.assertThat;

import ai.bharatbuild.it.TestServer.Answer;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sandboxes that wait for whoever comes. */
class WarmPoolIT {
  private static final JsonObject STATIC = new JsonObject().put("project_type", "static");

  @TempDir Path base;

  private TestServer start(String pool) throws Exception {
    return TestServer.start(base, Map.of("WARM_POOL", pool, "WARM_POOL_MAX", 4));
  }

  private static String path(String id) {
    return "/api/v1/containers/" + id;
  }

  /** The incarnations of the sandboxes that wait for a server's callers. */
  private List<String> waiting(TestServer server) throws Exception {
    List<String> found = new ArrayList<>();
    for (String handle : Docker.labelled("server", server.server().id())) {
      String workspace = Docker.label(handle, "workspace");
      if (workspace.isEmpty()) {
        found.add(Docker.label(handle, "incarnation"));
      }
    }
    return found;
  }

  /** As the server counts them: one that is being made is there before it waits. */
  private static boolean counts(TestServer server, int number) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:" + server.server().metricsPort() + "/metrics"))
            .build();
    return server
        .client()
        .send(request, BodyHandlers.ofString())
        .body()
        .contains("sandboxes_waiting{type=\"static\"} " + number + ".0");
  }

  private List<String> awaitWaiting(TestServer server, int number) throws Exception {
    TestServer.eventually(() -> counts(server, number), yes -> yes);
    return waiting(server);
  }

  private static JsonObject created(Answer answer) {
    assertThat(answer.status()).as(answer.text()).isEqualTo(201);
    return answer.json();
  }

  @Test
  void aWaitingSandboxIsGivenAwayOnceAndReplaced() throws Exception {
    TestServer server = start("static=1");
    try {
      String warm = awaitWaiting(server, 1).getFirst();
      String first = TestServer.newId();
      String second = TestServer.newId();
      assertThat(created(server.post(path(first) + "/create", STATIC)).getString("container_id"))
          .isEqualTo(warm);
      String other =
          created(server.post(path(second) + "/create", STATIC)).getString("container_id");
      assertThat(other).isNotEqualTo(warm);
      Set<String> used = new HashSet<>(List.of(warm, other));
      TestServer.eventually(
          () -> waiting(server), found -> found.stream().anyMatch(one -> !used.contains(one)));
      server.delete(path(first) + "?delete_files=true");
      assertThat(Docker.labelled("incarnation", warm)).isEmpty();
    } finally {
      server.closeAndClean();
    }
  }

  @Test
  void aWaitingSandboxGetsTheFilesAndTheLimitsOfItsJob() throws Exception {
    TestServer server = start("static=1");
    try {
      String warm = awaitWaiting(server, 1).getFirst();
      String id = TestServer.newId();
      server.post(
          "/api/v1/jobs/create", new JsonObject().put("project_name", "p").put("job_id", id));
      assertThat(server.put("/api/v1/jobs/" + id + "/raw/src/a.txt", "before".getBytes()).status())
          .isEqualTo(200);
      JsonObject config =
          new JsonObject().put("memory_limit", "96m").put("cpu_limit", 1.5).put("pids_limit", 32);
      JsonObject view =
          created(server.post(path(id) + "/create", STATIC.copy().put("config", config)));
      assertThat(view.getString("container_id")).isEqualTo(warm);
      assertThat(server.exec(id, "cat src/a.txt; echo inside > made").stdout()).isEqualTo("before");
      server.put("/api/v1/jobs/" + id + "/raw/src/b.txt", "after".getBytes());
      assertThat(server.exec(id, "cat src/b.txt").stdout()).isEqualTo("after");
      assertThat(server.get("/api/v1/jobs/" + id + "/raw/made").text()).isEqualTo("inside\n");
      assertThat(server.get(path(id) + "/stats").json().getDouble("memory_limit_mb"))
          .isEqualTo(96.0);
      assertThat(server.exec(id, "for i in $(seq 60); do sleep 5 & done").cause())
          .isEqualTo("pids_limit");
    } finally {
      server.closeAndClean();
    }
  }

  @Test
  void whatWaitsGoesWithTheServerAndWhatIsUsedStays() throws Exception {
    String id = TestServer.newId();
    String warm;
    String serverId;
    try (TestServer first = start("static=1")) {
      serverId = first.server().id();
      warm = awaitWaiting(first, 1).getFirst();
      created(first.post(path(id) + "/create", STATIC));
      awaitWaiting(first, 1);
    }
    assertThat(Docker.labelled("server", serverId)).hasSize(1);
    TestServer second = start("static=0");
    try {
      assertThat(second.get(path(id) + "/status").json().getString("container_id")).isEqualTo(warm);
      assertThat(second.exec(id, "echo alive").stdout()).isEqualTo("alive\n");
    } finally {
      second.closeAndClean();
    }
  }

  @Test
  void aBurstOnAnEmptyPoolSucceeds() throws Exception {
    TestServer server = start("");
    try {
      List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
      for (int i = 0; i < 25; i++) {
        HttpRequest request =
            HttpRequest.newBuilder(server.uri(path(TestServer.newId()) + "/create"))
                .POST(BodyPublishers.ofString(STATIC.copy().put("config", small()).encode()))
                .build();
        answers.add(server.client().sendAsync(request, BodyHandlers.ofString()));
      }
      for (CompletableFuture<HttpResponse<String>> answer : answers) {
        assertThat(answer.join().statusCode()).as(answer.join().body()).isEqualTo(201);
      }
    } finally {
      server.closeAndClean();
    }
  }

  private static JsonObject small() {
    return new JsonObject().put("memory_limit", "64m").put("disk_limit", "32m");
  }
}
