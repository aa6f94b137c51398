package ai.bharatbuild.it;

import static org.assertj.core.api.Assertions.assertThat;

import ai.bharatbuild.it.TestServer.Answer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Lives of containers, through the API, on a real engine. */
class ContainerIT {
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

  private static String path(String id) {
    return "/api/v1/containers/" + id;
  }

  private static Answer create(String id, String type) throws Exception {
    return server.post(path(id) + "/create", new JsonObject().put("project_type", type));
  }

  @Test
  void creatingAgainAnswersTheSameContainer() throws Exception {
    String id = TestServer.newId();
    Answer first = create(id, "static");
    Answer second = create(id, "static");
    Answer other = create(id, "python");

    assertThat(first.status()).isEqualTo(201);
    assertThat(first.json().getString("status")).isEqualTo("running");
    assertThat(first.json().getString("project_id")).isEqualTo(id);
    assertThat(first.json().getJsonObject("port_mappings")).isEmpty();
    assertThat(first.json().getJsonObject("preview_urls").getString("primary"))
        .isEqualTo("http://" + id + ".preview.localhost:" + server.port() + "/");
    assertThat(second.status()).isEqualTo(200);
    assertThat(second.json().getString("container_id"))
        .isEqualTo(first.json().getString("container_id"));
    assertThat(other.status()).isEqualTo(409);
    assertThat(other.code()).isEqualTo("container_exists");
  }

  @Test
  void concurrentCreatesMakeOne() throws Exception {
    String id = TestServer.newId();
    try (ExecutorService threads = Executors.newFixedThreadPool(6)) {
      List<Future<Answer>> answers = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        answers.add(threads.submit(() -> create(id, "static")));
      }
      List<String> ids = new ArrayList<>();
      for (Future<Answer> answer : answers) {
        assertThat(answer.get().status()).isIn(200, 201);
        ids.add(answer.get().json().getString("container_id"));
      }
      assertThat(ids.stream().distinct()).hasSize(1);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "memory_limit, '\"4g\"'",
    "memory_limit, '\"lots\"'",
    "memory_limit, 3221225472",
    "cpu_limit, 3.5",
    "cpu_limit, '\"1\"'",
    "pids_limit, 5000",
    "disk_limit, '\"5g\"'",
    "tmpfs_limit, '\"2g\"'",
    "idle_timeout, 0",
    "idle_timeout, 100000",
    "max_lifetime, 100000",
    "network, '\"host\"'",
    "visibility, '\"secret\"'",
    "publish, '[0]'",
    "publish, '[3000,3000]'"
  })
  void aConfigBeyondTheMaximaIsRefused(String name, String value) throws Exception {
    String body = "{\"project_type\":\"node\",\"config\":{\"%s\":%s}}".formatted(name, value);
    Answer answer = server.post(path(TestServer.newId()) + "/create", new JsonObject(body));

    assertThat(answer.status()).as(answer.text()).isEqualTo(422);
    assertThat(answer.json().getJsonArray("errors").getJsonObject(0).getJsonArray("loc"))
        .isEqualTo(new JsonArray().add("body").add("config").add(name));
  }

  @ParameterizedTest
  @ValueSource(strings = {"Bad", "a--b", "-a", "a_b", "admin"})
  void aBadIdIs422AtCreationAnd404Elsewhere(String id) throws Exception {
    assertThat(create(id, "node").status()).isEqualTo(422);
    assertThat(server.get(path(id) + "/status").status()).isEqualTo(404);
  }

  @Test
  void limitsReachTheSandbox() throws Exception {
    String id =
        server.container(
            "python",
            new JsonObject()
                .put("memory_limit", "96m")
                .put("cpu_limit", 0.25)
                .put("tmpfs_limit", "8m"));
    String found =
        server
            .exec(
                id,
                "cat /sys/fs/cgroup/memory/memory.limit_in_bytes"
                    + " /sys/fs/cgroup/memory/memory.memsw.limit_in_bytes 2>/dev/null"
                    + " || cat /sys/fs/cgroup/memory.max; ulimit -n; df -k /tmp | tail -1")
            .stdout();

    assertThat(found).startsWith("100663296\n").contains("4096\n").contains(" 8192 ");
    JsonObject stats = server.get(path(id) + "/stats").json();
    assertThat(stats.getDouble("memory_limit_mb")).isEqualTo(96.0);
    assertThat(stats.getDouble("memory_usage_mb")).isBetween(0.0, 96.0);
    assertThat(stats.getString("status")).isEqualTo("running");
    assertThat(stats.getDouble("uptime_seconds")).isPositive();
  }

  /** Python takes byte code for current where time and size of its source are the same. */
  @Test
  void aPythonModuleThatChangesWithinTheSecondIsRunAsItIs() throws Exception {
    String id = server.container("python");
    String run = "touch -d @1700000000 a.py; python3 -c 'import a; print(a.x)'; ";
    String line = "echo 'x = 1' >a.py; " + run + "echo 'x = 2' >a.py; " + run;

    assertThat(server.exec(id, line).stdout()).isEqualTo("1\n2\n");
  }

  @Test
  void aStaticSiteIsServedByItself() throws Exception {
    String id = server.container("static");
    server.exec(id, "echo '<h1>namaste</h1>' > index.html");

    JsonObject preview =
        TestServer.eventually(
            () -> server.get(path(id) + "/preview").json(),
            p -> "running".equals(p.getString("status")));
    assertThat(preview.getInteger("port")).isEqualTo(8080);
    server.post(path(id) + "/restart");
    TestServer.eventually(
        () -> server.get(path(id) + "/preview").json(),
        p -> "running".equals(p.getString("status")));
  }

  @Test
  void stopKeepsFilesAndRestartRunsAgain() throws Exception {
    String id = server.container("static");
    server.exec(id, "echo kept > file; sleep 4800 &");

    assertThat(server.post(path(id) + "/stop").json().getString("status")).isEqualTo("stopped");
    assertThat(server.post(path(id) + "/stop").status()).isEqualTo(200);
    assertThat(server.post(path(id) + "/exec", new JsonObject().put("command", "true")).code())
        .isEqualTo("container_not_running");
    assertThat(server.get(path(id) + "/stats").json().getDouble("memory_usage_mb")).isZero();
    assertThat(server.post(path(id) + "/restart").json().getString("status")).isEqualTo("running");
    assertThat(server.exec(id, "cat file; pgrep -f 'sleep 480[0]' || echo gone").stdout())
        .isEqualTo("kept\ngone\n");
  }

  @Test
  void stoppingEndsRunningExecsAsCancelled() throws Exception {
    String id = server.container("static");
    try (Events.Open open = server.open(id, new JsonObject().put("command", "echo up; sleep 60"))) {
      open.until(e -> e.type().equals("stdout"));
      server.post(path(id) + "/stop");
      assertThat(open.toEnd().cause()).isEqualTo("cancelled");
    }
  }

  @Test
  void deletingKeepsFilesUnlessAsked() throws Exception {
    String id = server.container("static");
    server.exec(id, "mkdir sub && echo x > sub/file && chmod 0 sub");

    assertThat(server.delete(path(id)).status()).isEqualTo(200);
    assertThat(server.get(path(id) + "/status").status()).isEqualTo(404);
    assertThat(Files.exists(base.resolve(id))).isTrue();
    create(id, "static");
    assertThat(server.exec(id, "chmod 700 sub; cat sub/file").stdout()).isEqualTo("x\n");
    assertThat(server.delete(path(id) + "?delete_files=true").status()).isEqualTo(200);
    assertThat(Files.exists(base.resolve(id))).isFalse();
  }

  @Test
  void filesGoBothWays() throws Exception {
    String id = server.container("static");
    Answer written =
        server.post(
            path(id) + "/files",
            new JsonObject().put("path", "a/b.txt").put("content", "from outside"));
    assertThat(written.json())
        .isEqualTo(new JsonObject("{\"success\":true,\"path\":\"a/b.txt\",\"size\":12}"));

    Events events =
        server.exec(
            id, "cat a/b.txt && echo changed > a/b.txt && mkdir c && echo in > c/d && rm -r a");
    assertThat(events.code()).isZero();
    assertThat(events.stdout()).isEqualTo("from outside");
    assertThat(server.get(path(id) + "/files/c/d").json().getString("content")).isEqualTo("in\n");
    server.post(
        path(id) + "/files", new JsonObject().put("path", "c/d").put("content", "server again"));
    assertThat(server.exec(id, "cat c/d && rm c/d").stdout()).isEqualTo("server again");

    Answer batch =
        server.post(
            path(id) + "/files/batch",
            new JsonObject()
                .put(
                    "files",
                    new JsonArray()
                        .add(new JsonObject().put("path", "x").put("content", "1"))
                        .add(new JsonObject().put("path", "../y").put("content", "2"))));
    assertThat(batch.json().getInteger("files_written")).isEqualTo(1);
    assertThat(batch.json().getBoolean("success")).isFalse();
    assertThat(server.get(path(id) + "/files?path=c").json().getJsonArray("files").size()).isZero();
    JsonArray root = server.get(path(id) + "/files").json().getJsonArray("files");
    assertThat(root.stream().map(f -> ((JsonObject) f).getString("name"))).contains("c", "x");
  }

  @Test
  void aContainerMayRunOnAJobAndSharesItsFiles() throws Exception {
    String id = TestServer.newId();
    server.post(
        "/api/v1/jobs/create", new JsonObject().put("project_name", "shared").put("job_id", id));
    server.post(
        "/api/v1/jobs/" + id + "/files",
        new JsonObject().put("path", "hello.txt").put("content", "hi"));
    create(id, "static");

    assertThat(server.exec(id, "cat hello.txt; echo more > made.txt").stdout()).isEqualTo("hi");
    assertThat(server.get("/api/v1/jobs/" + id + "/files/made.txt").json().getString("content"))
        .isEqualTo("more\n");
    server.delete("/api/v1/jobs/" + id);
    assertThat(server.get(path(id) + "/status").status()).isEqualTo(404);
  }

  @Test
  void containersAreListedNewestFirstWithPages() throws Exception {
    String first = server.container("static");
    String second = server.container("static");

    JsonObject page = server.get("/api/v1/containers?limit=100").json();
    List<String> ids =
        page.getJsonArray("containers").stream()
            .map(c -> ((JsonObject) c).getString("project_id"))
            .toList();
    assertThat(ids.indexOf(second)).isLessThan(ids.indexOf(first));
    assertThat(page.getInteger("total")).isEqualTo(ids.size());
    assertThat(server.get("/api/v1/containers?limit=1").json().getJsonArray("containers"))
        .hasSize(1);
    assertThat(server.get("/api/v1/containers?limit=0").status()).isEqualTo(422);
  }

  @Test
  void sandboxesCannotReachEachOther() throws Exception {
    String one = server.container("python");
    String two = server.container("python");
    server.detach(
        one,
        new JsonObject()
            .put("command", "python3 -m http.server 8080 --bind 0.0.0.0")
            .put("timeout", 0));
    String address = server.exec(one, "hostname -i").stdout().strip();
    TestServer.eventually(
        () -> server.get(path(one) + "/preview").json(),
        p -> "running".equals(p.getString("status")));

    Events attempt =
        server.exec(
            two,
            "python3 -c \"import socket; socket.create_connection(('%s', 8080), 2)\""
                .formatted(address));

    assertThat(attempt.code()).as(attempt.stderr()).isNotZero();
    assertThat(
            server
                .exec(
                    one,
                    "python3 -c \"import socket; socket.create_connection(('%s', 8080), 2)\""
                        .formatted(address))
                .code())
        .isZero();
  }

  @Test
  void validationAnswersAsDocumented() throws Exception {
    JsonObject safe =
        server
            .post(
                "/api/v1/containers/validate",
                new JsonObject().put("command", "npm install && npm run build"))
            .json();
    JsonObject bad =
        server
            .post("/api/v1/containers/validate", new JsonObject().put("command", "rm -r -f -- /"))
            .json();

    assertThat(safe.getBoolean("is_valid")).isTrue();
    assertThat(safe.getString("risk")).isEqualTo("safe");
    assertThat(safe.getJsonArray("blocked_patterns")).isEmpty();
    assertThat(bad.getBoolean("is_valid")).isFalse();
    assertThat(bad.getString("risk")).isEqualTo("blocked");
    assertThat(bad.getJsonArray("blocked_patterns")).isNotEmpty();
    assertThat(bad.getString("error_message")).isNotBlank();
  }
}
