package ai.bharatbuild.gate;

import ai.bharatbuild.it.Events;
import ai.bharatbuild.it.TestServer;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;

/** What one owner of a sandbox that waited leaves to the next. */
final class PoolCases {
  private static final String WAITS = "sandboxes_waiting{type=\"static\"} 1.0";
  private static final String LEAVE =
      "echo left >/tmp/left; echo left >/dev/shm/left; echo left >left;"
          + " (LEFT=left setsid sleep 914714 >/dev/null 2>&1 &)";
  private static final String LOOK =
      "cat /tmp/left /dev/shm/left left 2>/dev/null; pgrep -f '[s]leep 914714'; env | grep LEFT;"
          + " ls -A /workspace; true";

  private PoolCases() {}

  static List<Case> all() {
    return List.of(
        Case.on(
            "docker",
            "pool-residue",
            Kind.RESIDUE,
            "what waits was never used",
            arena -> owners(arena, true),
            arena -> owners(arena, false)),
        Case.on(
            "docker",
            "pool-reuse",
            Kind.RESIDUE,
            "each is given away once",
            PoolCases::reuse,
            PoolCases::restarted));
  }

  /** A sandbox that waited, told by its being there before it was asked for; one at a time. */
  private static synchronized String adopt(TestServer server, String id) throws Exception {
    URI metrics = URI.create("http://127.0.0.1:" + server.server().metricsPort() + "/metrics");
    Arena.await(
        () ->
            server
                .client()
                .send(HttpRequest.newBuilder(metrics).build(), BodyHandlers.ofString())
                .body(),
        text -> text.contains(WAITS));
    String before = Commands.output("docker", "ps", "-q", "--no-trunc", "--filter", mine(server));
    TestServer.Answer answer =
        server.post(
            "/api/v1/containers/" + id + "/create", new JsonObject().put("project_type", "static"));
    String incarnation = answer.json().getString("container_id");
    for (String handle : before.lines().toList()) {
      if (label(handle, "incarnation").equals(incarnation)) {
        return incarnation;
      }
    }
    throw new IllegalStateException("not one that waited: " + answer.text());
  }

  private static String mine(TestServer server) {
    return "label=ai.bharatbuild.server=" + server.server().id();
  }

  private static String label(String handle, String name) throws Exception {
    String format = "{{index .Config.Labels \"ai.bharatbuild." + name + "\"}}";
    return Commands.output("docker", "inspect", "--format", format, handle);
  }

  private static void remove(TestServer server, String id) throws Exception {
    server.delete("/api/v1/containers/" + id + "?delete_files=true");
  }

  /** The control asks the first owner's sandbox again. */
  private static Finding owners(Arena arena, boolean another) throws Exception {
    TestServer server = arena.pooled();
    String first = TestServer.newId();
    String second = TestServer.newId();
    try {
      adopt(server, first);
      server.exec(first, LEAVE);
      String asked = first;
      if (another) {
        remove(server, first);
        adopt(server, second);
        asked = second;
      }
      Events found = server.exec(asked, LOOK);
      return Finding.of(!found.stdout().isBlank(), Result.of(found).toString());
    } finally {
      remove(server, first);
      remove(server, second);
    }
  }

  private static Finding reuse(Arena arena) throws Exception {
    TestServer server = arena.pooled();
    List<String> had = new ArrayList<>();
    boolean again = false;
    for (int i = 0; i < 4; i++) {
      String id = TestServer.newId();
      String incarnation = adopt(server, id);
      again |= had.contains(incarnation);
      had.add(incarnation);
      remove(server, id);
    }
    return Finding.of(again, String.join(" ", had));
  }

  /** A sandbox that is stopped and started is the same. */
  private static Finding restarted(Arena arena) throws Exception {
    TestServer server = arena.pooled();
    String id = TestServer.newId();
    try {
      String incarnation = adopt(server, id);
      server.post("/api/v1/containers/" + id + "/stop");
      server.post("/api/v1/containers/" + id + "/start");
      String now =
          server.get("/api/v1/containers/" + id + "/status").json().getString("container_id");
      return Finding.of(incarnation.equals(now), now);
    } finally {
      remove(server, id);
    }
  }
}
