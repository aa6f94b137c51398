package ai.bharatbuild.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import ai.bharatbuild.contract.ApiContract;
import ai.bharatbuild.it.TestServer;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is left after the server's process died without warning, and after a restart. */
class JobSurvivalTest {
  private static final Pattern READY = Pattern.compile("ready on http://127\\.0\\.0\\.1:(\\d+)");
  private static final int WRITERS = 4;
  private static final int ENOUGH = 400;
  @TempDir Path temp;

  @Test
  void acknowledgedWritesSurviveAKill() throws Exception {
    Path base = temp.resolve("jobs");
    Map<String, String> acknowledged = new ConcurrentHashMap<>();
    Process child = startChild(base);
    try (HttpClient client = HttpClient.newHttpClient()) {
      URI root = URI.create("http://127.0.0.1:" + port(child) + "/api/v1/jobs/");
      post(
          client,
          root.resolve("create"),
          new JsonObject().put("project_name", "k").put("job_id", "k"));
      AtomicBoolean killed = new AtomicBoolean();
      AtomicInteger count = new AtomicInteger();
      List<Thread> writers = new ArrayList<>();
      for (int w = 0; w < WRITERS; w++) {
        int writer = w;
        writers.add(
            Thread.ofPlatform()
                .start(
                    () -> {
                      for (int i = 0; !killed.get(); i++) {
                        // Every third write replaces a file that was acknowledged before.
                        String path = "node_modules/w%d/f%d".formatted(writer, i - i % 3 / 2);
                        String text = "%d-%d".formatted(writer, i) + "x".repeat(i % 500);
                        if (!write(client, root, path, text, acknowledged)) {
                          return;
                        }
                        count.incrementAndGet();
                      }
                    }));
      }
      TestServer.eventually(count::get, done -> done >= ENOUGH);
      child.destroyForcibly();
      killed.set(true);
      for (Thread writer : writers) {
        writer.join();
      }
    }
    assertThat(child.waitFor(20, TimeUnit.SECONDS)).isTrue();

    try (JobServer server = new JobServer(base)) {
      assertThat(base.resolve(".state/tmp")).isEmptyDirectory();
      assertThat(server.get("/k/files").paths()).containsAll(acknowledged.keySet());
      long bytes = 0;
      for (String path : server.get("/k/files").paths()) {
        String content = Files.readString(base.resolve("k").resolve(path));
        bytes += content.length();
        assertThat(content).matches("\\d+-\\d+x*");
      }
      for (Map.Entry<String, String> file : acknowledged.entrySet()) {
        String found = server.get("/k/files/" + file.getKey()).json().getString("content");
        assertThat(number(found)).isGreaterThanOrEqualTo(number(file.getValue()));
      }
      assertThat(server.get("/k").json().getDouble("total_size_mb"))
          .isEqualTo(Math.round(bytes / 1048576.0 * 1e6) / 1e6);
      assertThat(server.write("k", "after", "x").status()).isEqualTo(200);
    }
  }

  private static int number(String content) {
    return Integer.parseInt(content.substring(content.indexOf('-') + 1).replace("x", ""));
  }

  private static boolean write(
      HttpClient client, URI root, String path, String text, Map<String, String> acknowledged) {
    try {
      int status = post(client, root.resolve("k/files"), JobServer.file(path, text)).statusCode();
      if (status == 200) {
        acknowledged.put(path, text);
      }
      return status == 200;
    } catch (Exception e) {
      return false;
    }
  }

  private static HttpResponse<String> post(HttpClient client, URI uri, JsonObject body)
      throws Exception {
    return ApiContract.ofServer()
        .check(
            client.send(
                HttpRequest.newBuilder(uri).POST(BodyPublishers.ofString(body.encode())).build(),
                BodyHandlers.ofString()));
  }

  private Process startChild(Path base) throws Exception {
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-cp",
            System.getProperty("java.class.path"),
            "ai.bharatbuild.Main");
    ProcessBuilder builder = new ProcessBuilder(command).directory(temp.toFile());
    builder.environment().put("PORT", "0");
    builder.environment().put("METRICS_PORT", "-1");
    builder.environment().put("JOBS_BASE_PATH", base.toString());
    builder.environment().put("DOCKER_SOCKET", temp.resolve("no-engine.sock").toString());
    return builder
        .redirectErrorStream(true)
        .redirectOutput(temp.resolve("server.log").toFile())
        .start();
  }

  private int port(Process child) throws Exception {
    String log =
        TestServer.eventually(
            () -> Files.readString(temp.resolve("server.log")),
            text -> READY.matcher(text).find() || !child.isAlive());
    Matcher ready = READY.matcher(log);
    assertThat(ready.find()).as(log).isTrue();
    return Integer.parseInt(ready.group(1));
  }

  @Test
  void everythingIsThereAfterARestart() throws Exception {
    Path base = temp.resolve("jobs");
    JsonObject generating;
    JsonObject complete;
    JsonObject failed;
    try (JobServer server = new JobServer(base)) {
      for (String id : List.of("g", "c", "f", "kept", "gone")) {
        server.create(id);
        server.write(id, "node_modules/api/x", "dependency");
        server.write(id, "src/a", "x".repeat(1000));
      }
      server.post("/c/complete", null);
      server.get("/c/download");
      server.post("/f/fail?error_message=why", null);
      server.post("/kept/complete", null);
      server.delete("/kept?keep_zip=true");
      server.delete("/gone");
      generating = server.get("/g").json();
      complete = server.get("/c").json();
      failed = server.get("/f").json();
    }
    Files.delete(base.resolve("c.zip"));
    try (JobServer server = new JobServer(base)) {
      assertThat(server.get("/g").json()).isEqualTo(generating);
      assertThat(generating.getInteger("files_count")).isEqualTo(2);
      assertThat(server.get("/f").json()).isEqualTo(failed);
      assertThat(server.bytes(server.request("/c/download").GET()).statusCode()).isEqualTo(200);
      assertThat(server.get("/c").json()).isEqualTo(complete);
      assertThat(server.bytes(server.request("/kept/download").GET()).statusCode()).isEqualTo(200);
      assertThat(server.get("/gone").status()).isEqualTo(404);
      assertThat(server.get("/admin/stats").json().getInteger("job_count")).isEqualTo(4);
      assertThat(server.get("/admin/stats").json().getInteger("file_count")).isEqualTo(8);
      assertThat(server.write("g", "b", "y").status()).isEqualTo(200);
    }
  }

  @Test
  void stoppingDoesNotWaitForAZipWhichIsMadeAtTheNextStart() throws Exception {
    Path base = temp.resolve("jobs");
    JobServer stopped = new JobServer(base);
    stopped.create("slow");
    byte[] random = new byte[64 << 20];
    new java.util.Random(1).nextBytes(random);
    for (int i = 0; i < 8; i++) {
      Files.write(base.resolve("slow/f" + i), random);
    }
    stopped.post("/slow/complete", null);
    stopped.close();
    assertThat(base.resolve("slow.zip")).doesNotExist();
    try (JobServer server = new JobServer(base)) {
      assertThat(
              server
                  .bytes(server.request("/slow/download").header("Range", "bytes=0-1").GET())
                  .body())
          .isEqualTo("PK".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
      assertThat(base.resolve(".state/tmp")).isEmptyDirectory();
    }
  }

  @Test
  void whatTheSandboxWritesIntoTheCopyOfTheRecordIsNotBelieved() throws Exception {
    Path base = temp.resolve("jobs");
    try (JobServer server = new JobServer(base)) {
      server.create("j");
    }
    Files.writeString(
        base.resolve("j/.job_metadata.json"), "{\"user_id\":\"root\",\"status\":\"complete\"}");
    try (JobServer server = new JobServer(base)) {
      assertThat(server.get("/j").json().getString("user_id")).isEqualTo("local");
      assertThat(server.get("/j").json().getString("status")).isEqualTo("generating");
    }
  }
}
