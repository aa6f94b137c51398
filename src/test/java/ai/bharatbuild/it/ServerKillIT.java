package ai.bharatbuild.it;

import static org.assertj.core.api.Assertions.assertThat;

import ai.bharatbuild.files.VolumeMounts;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands and their readers do not notice that the server is killed, again and again. */
class ServerKillIT {
  private static final int KILLS = 6;

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
    server.delete(path + "?delete_files=true");
    server.stop();
    VolumeMounts.detach(temp.resolve("jobs"));
    client.close();
  }

  private void startAgain() throws Exception {
    server = ServerChild.start(client, temp.resolve("jobs"), temp.resolve("log-" + ++starts));
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
      readUntilKilled(count, 25 * kill);
      startAgain();
    }
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
