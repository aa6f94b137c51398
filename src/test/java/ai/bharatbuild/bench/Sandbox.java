package ai.bharatbuild.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.Map;

/** A sandbox of the server under measurement, through its API. */
final class Sandbox {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final byte[] EMPTY = {};

  private final int port;
  private final String path;
  private final String containerId;

  private Sandbox(int port, String path, String containerId) {
    this.port = port;
    this.path = path;
    this.containerId = containerId;
  }

  /** Makes one of type {@code node}; the config is the API's. */
  static Sandbox create(int port, String id, Map<String, Object> config) throws IOException {
    Engine.require();
    String path = "/api/v1/containers/" + id;
    byte[] body = JSON.writeValueAsBytes(Map.of("project_type", "node", "config", config));
    try (HttpConnection connection = HttpConnection.tcp(port)) {
      String answer = connection.send("POST", path + "/create", body).expect(201);
      String incarnation = JSON.readTree(answer).path("container_id").asText();
      return new Sandbox(port, path, Engine.containerOf(incarnation));
    }
  }

  /** The engine's name of it. */
  String containerId() {
    return containerId;
  }

  /** Where the API has it. */
  String path() {
    return path;
  }

  String eventsPath(String execId) {
    return path + "/execs/" + execId + "/events";
  }

  HttpConnection connect() throws IOException {
    return HttpConnection.tcp(port);
  }

  static byte[] command(String line) throws IOException {
    return JSON.writeValueAsBytes(Map.of("command", line));
  }

  /** Starts a command made with {@link #command} and answers its events. */
  ExecEvents exec(HttpConnection connection, byte[] command) throws IOException {
    return new ExecEvents(connection.send("POST", path + "/exec", command).check(200).body());
  }

  /** Starts a command that reads its input and runs until it is deleted with the sandbox. */
  String execDetached(String line) throws IOException {
    byte[] body =
        JSON.writeValueAsBytes(
            Map.of("command", line, "detach", true, "stdin", true, "timeout", 0));
    try (HttpConnection connection = connect()) {
      JsonNode exec = JSON.readTree(connection.send("POST", path + "/exec", body).expect(202));
      return exec.path("exec_id").asText();
    }
  }

  void stdin(HttpConnection connection, String execId, byte[] bytes) throws IOException {
    connection.send("POST", path + "/execs/" + execId + "/stdin", bytes).expect(200);
  }

  void delete() throws IOException {
    try (HttpConnection connection = connect()) {
      connection.send("DELETE", path + "?delete_files=true", EMPTY).expect(200);
    }
  }

  /** Reads to the end; anything but a plain success is a failure. Answers the bytes of output. */
  static long drain(ExecEvents events) throws IOException {
    long bytes = 0;
    for (ExecEvents.Event event = events.next(); event != null; event = events.next()) {
      bytes += event.outputBytes();
      if (event.type().equals("exit")) {
        checkExit(event);
        if (events.next() != null) {
          throw new BenchFailure("an event after the exit");
        }
        return bytes;
      }
    }
    throw new BenchFailure("an event stream ended without exit");
  }

  static void checkExit(ExecEvents.Event exit) {
    if (!exit.json().path("success").asBoolean()) {
      throw new BenchFailure("the command failed: " + exit.json());
    }
  }
}
