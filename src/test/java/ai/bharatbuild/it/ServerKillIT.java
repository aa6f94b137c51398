package ai.bharatbuild.it;

import static org.assertj.core.api.Assertions.assertThat;

import ai.bharatbuild.files.VolumeMounts;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands and their readers do not notice that the server is killed, again and again. */
class ServerKillIT {
  private static final int KILLS = 20;

  /** Counts, with a character that output may be cut within, until it is told to stop. */
  private static final String COUNT =
      "i=0; until [ -e stop ]; do i=$((i+1)); echo \"$i \u0939\"; [ $((i % 40)) = 0 ] && sleep 0.02;"
          + " done; echo \"last $i\"; exit 9";

  @TempDir Path temp;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final String path = "/api/v1/containers/" + TestServer.newId();
  private final List<Events.Event> seen = new ArrayList<>();
  private ServerChild server;
  private int starts;

  @BeforeEach
  void startServer() throws Exception {
    startAgain();
    server.post(path + "/create", new JsonObject().put("project_type", "static"));
  }

  @AfterEach
  void removeSandbox() throws Exception {
    String serverId = serverId();
    for (String id : containers().keySet()) {
      server.delete("/api/v1/containers/" + id + "?delete_files=true");
    }
    server.stop();
    client.close();
    assertThat(Docker.labelled("server", serverId)).as("containers left behind").isEmpty();
    assertThat(namesIn(temp.resolve("s").resolve(serverId))).as("sockets left behind").isEmpty();
    VolumeMounts.detach(jobs());
  }

  private void startAgain() throws Exception {
    server =
        ServerChild.start(
            client,
            jobs(),
            temp.resolve("log-" + ++starts),
            Map.of(
                "SANDBOX_SOCKET_DIR",
                temp.resolve("s").toString(),
                "WARM_POOL",
                "static=1",
                "WARM_POOL_MAX",
                "1"));
  }

  private Path jobs() {
    return temp.resolve("jobs");
  }

  @Test
  void aReaderSeesEveryNumberOnceAndTheTrueEnd() throws Exception {
    String count = detach(COUNT);
    Map<String, Integer> others = new LinkedHashMap<>();
    for (int kill = 1; kill <= KILLS; kill++) {
      // Some end before the server is killed, some while it is away, some under the next one.
      for (int i = 0; i < 4; i++) {
        int code = 10 * kill + i;
        others.put(
            detach("echo begun; sleep 0.%d; echo done; exit %d".formatted(i * 3, code)), code);
      }
      begin("/api/v1/containers/" + TestServer.newId() + "/create");
      readUntilKilled(count, 10 * kill);
      startAgain();
    }
    assertNothingIsLeaked();
    detach("touch stop");
    read(count, Integer.MAX_VALUE);

    assertThat(seen).extracting(Events.Event::id).isEqualTo(ids(seen.size()));
    Events events = new Events(count, seen);
    assertThat(events.code()).isEqualTo(9);
    assertThat(events.cause()).isEqualTo("exited");
    String[] lines = events.stdout().split("\n");
    int last = lines.length - 1;
    assertThat(lines[last]).isEqualTo("last " + last);
    for (int i = 1; i <= last; i++) {
      assertThat(lines[i - 1]).isEqualTo(i + " \u0939");
    }
    for (Map.Entry<String, Integer> other : others.entrySet()) {
      try (Events.Open open = server.follow(events(other.getKey()), 0)) {
        Events end = open.toEnd();
        assertThat(end.code()).as(end.toString()).isEqualTo(other.getValue());
        assertThat(end.stdout()).isEqualTo("begun\ndone\n");
        assertThat(end.all()).extracting(Events.Event::id).isEqualTo(ids(end.all().size()));
      }
    }
  }

  /** Asks for a container and does not wait; the server is killed somewhere in its making. */
  private void begin(String create) {
    client.sendAsync(
        server.request(create, new JsonObject().put("project_type", "static")),
        HttpResponse.BodyHandlers.discarding());
  }

  /** What the engine, the sockets' directory and the mounts have is what the server knows of. */
  private void assertNothingIsLeaked() throws Exception {
    String serverId = serverId();
    TestServer.eventually(
        () -> {
          Set<String> known = new HashSet<>(containers().values());
          Set<String> made = new HashSet<>();
          for (String handle : Docker.labelled("server", serverId)) {
            made.add(Docker.label(handle, "incarnation"));
          }
          Set<String> waiting = new HashSet<>(made);
          waiting.removeAll(known);
          return made.containsAll(known) && waiting.size() == 1
              ? made.equals(namesIn(temp.resolve("s").resolve(serverId)))
              : false;
        },
        clean -> clean);
    Set<Path> used = new HashSet<>();
    try (Stream<Path> workspaces = Files.list(jobs())) {
      for (Path workspace : workspaces.filter(Files::isSymbolicLink).toList()) {
        used.add(jobs().resolve(Files.readSymbolicLink(workspace)).getParent());
      }
    }
    List<Path> mounted = new ArrayList<>(VolumeMounts.below(jobs()));
    mounted.removeAll(used);
    assertThat(mounted).as("volumes of nobody but the one that waits").hasSizeLessThanOrEqualTo(1);
  }

  private Map<String, String> containers() throws Exception {
    Map<String, String> found = new HashMap<>();
    server.get("/api/v1/containers?limit=100").getJsonArray("containers").stream()
        .map(JsonObject.class::cast)
        .forEach(one -> found.put(one.getString("project_id"), one.getString("container_id")));
    return found;
  }

  private String serverId() throws Exception {
    String incarnation = server.get(path + "/status").getString("container_id");
    return Docker.label(Docker.labelled("incarnation", incarnation).getFirst(), "server");
  }

  private static Set<String> namesIn(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      return Set.of();
    }
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.map(entry -> entry.getFileName().toString()).collect(Collectors.toSet());
    }
  }

  /** Reads on until so many more events came, and kills the server in the middle of them. */
  private void readUntilKilled(String execId, int events) throws Exception {
    read(execId, events);
    server.kill();
  }

  private void read(String execId, int events) throws Exception {
    long lastId = seen.isEmpty() ? 0 : seen.getLast().id();
    try (Events.Open open = server.follow(events(execId), lastId)) {
      for (int i = 0; i < events; i++) {
        Events.Event event = open.next();
        if (event == null) {
          return;
        }
        seen.add(event);
      }
    } catch (UncheckedIOException | IOException e) {
      throw new AssertionError("the stream broke while the server lived", e);
    }
  }

  private String detach(String command) throws Exception {
    return server
        .post(
            path + "/exec",
            new JsonObject().put("command", command).put("detach", true).put("timeout", 600))
        .getString("exec_id");
  }

  private String events(String execId) {
    return path + "/execs/" + execId + "/events";
  }

  private static List<Long> ids(int count) {
    return IntStream.rangeClosed(1, count).mapToObj(Long::valueOf).toList();
  }
}
