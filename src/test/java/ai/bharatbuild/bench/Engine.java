package ai.bharatbuild.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The container engine's own API over its Unix socket: the baseline of what the server adds. */
final class Engine {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Path SOCKET =
      Path.of(System.getenv().getOrDefault("DOCKER_SOCKET", "/var/run/docker.sock"));

  private static final String INCARNATION = "ai.bharatbuild.incarnation";
  private static final String WORKSPACE = "ai.bharatbuild.workspace";

  private Engine() {}

  /** Fails where no engine answers. */
  static void require() {
    try (HttpConnection connection = connect()) {
      connection.send("GET", "/_ping", new byte[0]).expect(200);
    } catch (IOException e) {
      throw new BenchFailure(
          "no Docker engine answers at "
              + SOCKET
              + "; this benchmark needs one (scripts/engine.sh)");
    }
  }

  static HttpConnection connect() throws IOException {
    return HttpConnection.unix(SOCKET);
  }

  /** The engine's id of the container that the server's sandbox is, found by its label. */
  static String containerOf(String incarnation) throws IOException {
    String filters =
        JSON.writeValueAsString(Map.of("label", List.of(INCARNATION + "=" + incarnation)));
    String path = "/containers/json?filters=" + URLEncoder.encode(filters, StandardCharsets.UTF_8);
    try (HttpConnection connection = connect()) {
      JsonNode found = JSON.readTree(connection.send("GET", path, new byte[0]).expect(200));
      if (found.size() != 1) {
        throw new BenchFailure("the sandbox should be one container of the engine: " + found);
      }
      return found.get(0).path("Id").asText();
    }
  }

  /** How many sandboxes of the server with these jobs wait for somebody. */
  static int waiting(Path jobs) throws IOException {
    String filters = JSON.writeValueAsString(Map.of("label", List.of(INCARNATION)));
    String path = "/containers/json?filters=" + URLEncoder.encode(filters, StandardCharsets.UTF_8);
    int waiting = 0;
    try (HttpConnection connection = connect()) {
      String found = connection.send("GET", path, new byte[0]).expect(200);
      for (JsonNode container : JSON.readTree(found)) {
        boolean free = container.path("Labels").path(WORKSPACE).asText("?").isEmpty();
        for (JsonNode mount : container.path("Mounts")) {
          if (free && Path.of(mount.path("Source").asText()).startsWith(jobs)) {
            waiting++;
            break;
          }
        }
      }
    }
    return waiting;
  }

  /**
   * Makes and starts an exec and reads it to its end.
   *
   * @param connection kept for the next exec; its start needs one of its own, which ends with it
   * @return nanoseconds until the first byte of output was there
   */
  static long exec(HttpConnection connection, String container, List<String> command)
      throws IOException {
    long begun = System.nanoTime();
    byte[] create =
        JSON.writeValueAsBytes(Map.of("AttachStdout", true, "AttachStderr", true, "Cmd", command));
    String made = connection.send("POST", "/containers/" + container + "/exec", create).expect(201);
    String id = JSON.readTree(made).path("Id").asText();
    byte[] start = JSON.writeValueAsBytes(Map.of("Detach", false, "Tty", false));
    try (HttpConnection stream = connect()) {
      InputStream output = stream.send("POST", "/exec/" + id + "/start", start).check(200).body();
      byte[] buffer = new byte[4096];
      if (output.read(buffer) < 0) {
        throw new EOFException("the engine's exec printed nothing");
      }
      long first = System.nanoTime() - begun;
      while (output.read(buffer) >= 0) {}
      return first;
    }
  }
}
