package ai.bharatbuild.harness;

import ai.bharatbuild.it.Events;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A run's events as a reader hears them who goes away again and again, and comes back with the
 * number of the last one; also over the death of the server.
 */
final class Heard {
  static final Set<String> LAST = Set.of("complete", "failed", "cancelled");

  /** After so many events the reader goes away. */
  private static final int STAY = 25;

  private static final long PATIENCE = TimeUnit.MINUTES.toNanos(4);

  /** An event, and when it came. */
  record Event(long id, JsonObject json, long nanos) {
    String type() {
      return json.getString("type");
    }

    JsonObject data() {
      return json.getJsonObject("data");
    }

    private String text() {
      return id + " " + json.encode();
    }
  }

  private final HarnessServer server;
  private final String path;
  private final List<Event> live = new ArrayList<>();

  Heard(HarnessServer server, String run) {
    this.server = server;
    this.path = "/api/v1/orchestrator/runs/" + run + "/events";
  }

  /** Hears to the last event, which must come within some minutes. */
  List<Event> toEnd(Consumer<Event> each) throws InterruptedException {
    long end = System.nanoTime() + PATIENCE;
    while (live.isEmpty() || !LAST.contains(live.getLast().type())) {
      if (System.nanoTime() > end) {
        throw new AssertionError("the run does not end: " + live.size() + " events");
      }
      try (Events.Open open = server.follow(path, live.isEmpty() ? 0 : live.getLast().id())) {
        stay(open, each);
      } catch (IOException | UncheckedIOException | AssertionError e) {
        // The server is gone for a while, or this reader was.
        Thread.sleep(100);
      }
    }
    return List.copyOf(live);
  }

  private void stay(Events.Open open, Consumer<Event> each) {
    for (int i = 0; i < STAY; i++) {
      Events.Event next = open.next();
      if (next == null) {
        return;
      }
      Event event = new Event(next.id(), next.json(), System.nanoTime());
      live.add(event);
      each.accept(event);
      if (LAST.contains(event.type())) {
        return;
      }
    }
  }

  /** What is wrong with the numbers of what was heard, against the whole log; empty if nothing. */
  List<String> faults() throws IOException, InterruptedException {
    List<Event> whole = new ArrayList<>();
    try (Events.Open open = server.follow(path, 0)) {
      for (Events.Event next = open.next(); next != null; next = open.next()) {
        whole.add(new Event(next.id(), next.json(), 0));
      }
    }
    return faults(live, whole);
  }

  static List<String> faults(List<Event> live, List<Event> whole) {
    List<String> faults = new ArrayList<>();
    for (int i = 0; i < whole.size(); i++) {
      if (whole.get(i).id() != i + 1) {
        faults.add("event %d of the log has the number %d".formatted(i + 1, whole.get(i).id()));
        break;
      }
    }
    for (int i = 0; i < Math.max(live.size(), whole.size()); i++) {
      String heard = i < live.size() ? live.get(i).text() : "nothing";
      String kept = i < whole.size() ? whole.get(i).text() : "nothing";
      if (!heard.equals(kept)) {
        faults.add("event %d was heard as %s, and the log has %s".formatted(i + 1, heard, kept));
        break;
      }
    }
    long ends = whole.stream().filter(event -> LAST.contains(event.type())).count();
    if (ends != 1 || !LAST.contains(whole.getLast().type())) {
      faults.add("there are %d last events".formatted(ends));
    }
    return faults;
  }
}
