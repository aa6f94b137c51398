package ai.bharatbuild.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;

/** The events of a run, as a client read them. */
public final class RunEvents {
  private final List<Long> ids = new ArrayList<>();
  private final List<JsonObject> events = new ArrayList<>();

  private RunEvents() {}

  /** Begins a run and reads all of its events. */
  public static RunEvents of(TestServer server, String path, JsonObject body) throws Exception {
    return read(server.post(path, body));
  }

  public static RunEvents read(TestServer.Answer answer) {
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    RunEvents read = new RunEvents();
    for (String line : answer.text().split("\n")) {
      if (line.startsWith("id: ")) {
        read.ids.add(Long.valueOf(line.substring(4)));
      } else if (line.startsWith("data: ")) {
        read.events.add(new JsonObject(line.substring(6)));
      }
    }
    return read;
  }

  public List<Long> ids() {
    return ids;
  }

  public List<JsonObject> events() {
    return events;
  }

  public List<String> types() {
    return events.stream().map(event -> event.getString("type")).toList();
  }

  public JsonObject last() {
    return events.getLast();
  }

  /** The data of the first event of a type. */
  public JsonObject first(String type) {
    return all(type).getFirst();
  }

  /** The data of all events of a type. */
  public List<JsonObject> all(String type) {
    return events.stream()
        .filter(event -> event.getString("type").equals(type))
        .map(event -> event.getJsonObject("data"))
        .toList();
  }

  public String run() {
    return last().getJsonObject("data").getString("run_id");
  }

  public String job() {
    return last().getJsonObject("data").getString("job_id");
  }

  /** Removes the job with its sandbox. */
  public void remove(TestServer server) throws Exception {
    server.delete("/api/v1/containers/" + job());
    server.delete("/api/v1/jobs/" + job());
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    events.forEach(event -> text.append(event.encode()).append('\n'));
    return text.toString();
  }
}
