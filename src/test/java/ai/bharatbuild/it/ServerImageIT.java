package ai.bharatbuild.it;

import static org.assertj.core.api.Assertions.assertThat;

import ai.bharatbuild.contract.ApiContract;
import com.github.dockerjava.api.model.Capability;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.testcontainers.containers.BindMode;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.utility.DockerImageName;

/** The server's own image, built by the project's script and run as the documentation says. */
class ServerImageIT {
  private static final Pattern READY = Pattern.compile("is ready on http://127\\.0\\.0\\.1:(\\d+)");
  @TempDir static Path base;

  @BeforeAll
  static void buildImage() throws IOException, InterruptedException {
    Process script =
        new ProcessBuilder("scripts/images.sh", "server").redirectErrorStream(true).start();
    String output = new String(script.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(script.waitFor()).as(output).isZero();
  }

  @Test
  @SuppressWarnings("resource")
  void theServerInAContainerMakesSandboxesBesideItself() throws Exception {
    String socket = "/var/run/docker.sock";
    try (GenericContainer<?> container =
        new GenericContainer<>(DockerImageName.parse("bharatbuild/server"))
            .withImagePullPolicy(image -> false)
            .withNetworkMode("host")
            .withFileSystemBind(socket, socket, BindMode.READ_WRITE)
            .withFileSystemBind(base.toString(), base.toString(), BindMode.READ_WRITE)
            .withCreateContainerCmdModifier(
                command -> command.getHostConfig().withCapAdd(Capability.NET_ADMIN))
            .withEnv("JOBS_BASE_PATH", base.toString())
            .withEnv("PORT", "0")
            .withEnv("METRICS_PORT", "-1")
            // It is killed in the end, and would leave those that wait.
            .withEnv("WARM_POOL_MAX", "0")
            .withEnv("SANDBOX_NETWORK", "bharatbuild-test")
            .waitingFor(
                Wait.forLogMessage(".*is ready on.*", 1)
                    .withStartupTimeout(Duration.ofMinutes(3)))) {
      container.start();
      Matcher ready = READY.matcher(container.getLogs());
      assertThat(ready.find()).isTrue();
      String server = "http://127.0.0.1:" + ready.group(1);
      assertThat(send(HttpRequest.newBuilder(URI.create(server + "/health"))))
          .contains("network policies are kept by nftables");
      String api = server + "/api/v1/containers/";
      String id = TestServer.newId();

      assertThat(post(api + id + "/create", "{\"project_type\": \"static\"}")).contains("running");
      assertThat(post(api + id + "/exec", "{\"command\": \"echo from a sandbox\"}"))
          .contains("from a sandbox")
          .contains("\"success\":true");
      send(HttpRequest.newBuilder(URI.create(api + id + "?delete_files=true")).DELETE());
      assertThat(Docker.containersOf(id)).isEmpty();
    }
  }

  private static String post(String uri, String body) throws Exception {
    return send(HttpRequest.newBuilder(URI.create(uri)).POST(BodyPublishers.ofString(body)));
  }

  private static String send(HttpRequest.Builder request) throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpResponse<String> response =
          ApiContract.ofServer().check(client.send(request.build(), BodyHandlers.ofString()));
      assertThat(response.statusCode()).as(response.body()).isBetween(200, 299);
      return response.body();
    }
  }
}
