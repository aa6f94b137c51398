package ai.bharatbuild.it;

import static ai.bharatbuild.it.NetworkLab.PORT;
import static ai.bharatbuild.it.NetworkLab.PRIVATE;
import static ai.bharatbuild.it.NetworkLab.PUBLIC;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What sandboxes reach that wait for whoever comes, before and after. */
class NetworkPoolIT {
  @TempDir Path base;

  private static List<String> probe(String container) throws Exception {
    String program = NetworkLab.probe(List.of(PUBLIC + ":" + PORT, PRIVATE + ":" + PORT));
    return Docker.run("exec", "-u", "10001", container, "python3", "-c", program).lines().toList();
  }

  private static String metrics(TestServer server) throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + server.server().metricsPort() + "/metrics");
    return server
        .client()
        .send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString())
        .body();
  }

  @Test
  void aWaitingSandboxReachesNothingUntilItIsSomebodys() throws Exception {
    NetworkLab lab = new NetworkLab();
    TestServer server = TestServer.start(base, Map.of("WARM_POOL", "python=1", "WARM_POOL_MAX", 1));
    try {
      TestServer.eventually(
          () -> metrics(server), text -> text.contains("sandboxes_waiting{type=\"python\"} 1.0"));
      String waiting = Docker.labelled("server", server.server().id()).getFirst();
      assertThat(probe(waiting)).allMatch(line -> line.endsWith(" closed"));

      String id = TestServer.newId();
      JsonObject created =
          server
              .post("/api/v1/containers/" + id + "/create", JsonObject.of("project_type", "python"))
              .json();
      assertThat(created.getString("container_id"))
          .isEqualTo(
              Docker.run(
                  "inspect",
                  "-f",
                  "{{index .Config.Labels \"ai.bharatbuild.incarnation\"}}",
                  waiting));
      assertThat(probe(waiting))
          .containsExactly(PUBLIC + ":" + PORT + " open", PRIVATE + ":" + PORT + " closed");
    } finally {
      server.closeAndClean();
      lab.close();
    }
  }

  @Test
  void aWaitingSandboxThatCannotBeUsedLeavesNothing() throws Exception {
    Map<String, Object> settings =
        Map.of(
            "DISK_LIMITS",
            "loop",
            "SANDBOX_MAX_DISK_MB",
            16,
            "WARM_POOL",
            "python=1",
            "WARM_POOL_MAX",
            1);
    TestServer server = TestServer.start(base, settings);
    try {
      TestServer.eventually(
          () -> metrics(server), text -> text.contains("sandboxes_waiting{type=\"python\"} 1.0"));
      String waiting = Docker.labelled("server", server.server().id()).getFirst();
      String incarnation = Docker.label(waiting, "incarnation");
      String address = Docker.address(waiting);
      String id = TestServer.newId();
      server.post(
          "/api/v1/jobs/create", new JsonObject().put("project_name", "p").put("job_id", id));
      for (int i = 0; i < 3; i++) {
        server.put("/api/v1/jobs/" + id + "/raw/" + i, new byte[9 << 20]);
      }

      TestServer.Answer refused =
          server.post(
              "/api/v1/containers/" + id + "/create", JsonObject.of("project_type", "python"));

      assertThat(refused.status()).as(refused.text()).isEqualTo(413);
      assertThat(Docker.labelled("incarnation", incarnation)).isEmpty();
      assertThat(base.resolve(".state/network").resolve(incarnation)).doesNotExist();
      assertThat(
              NetworkLab.host(
                  "nft", "list", "table", "inet", "bharatbuild_" + server.server().id()))
          .contains("verdicts")
          .doesNotContain(address + " ");
    } finally {
      server.closeAndClean();
    }
  }
}
