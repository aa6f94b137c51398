package ai.bharatbuild.harness;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Plays: has the server make a run of an exercise, follows it, and judges what came of it. */
final class Player {
  private static final double MILLION = 1e6;
  private static final long CAP = 2_000_000;
  private static final long SMALL_CAP = 700_000;
  private static final int LEAVE_SECONDS = 5;

  private final HarnessServer server;
  private final ScriptedModel model;

  Player(HarnessServer server, ScriptedModel model) {
    this.server = server;
    this.model = model;
  }

  /**
   * Plays to the end.
   *
   * @param load what else runs at the same time
   * @param ripe completes when the server may be killed
   */
  Result play(Play play, Result.Load load, CompletableFuture<Void> ripe) throws Exception {
    long begun = System.nanoTime();
    model.add(play);
    String job = server.job(play.id(), play.given());
    try {
      JsonObject run = server.post("/api/v1/orchestrator/generate", request(play, job));
      play.hangs().thenRun(() -> ripe.complete(null));
      Heard heard = new Heard(server, run.getString("run_id"));
      if (play.scenario() == Scenario.CANCELLED) {
        play.hangs().thenRunAsync(() -> cancel(run.getString("run_id")));
      }
      List<Heard.Event> events = heard.toEnd(event -> ripen(play, event, ripe));
      double whole = (System.nanoTime() - begun) / MILLION;
      JsonObject view = server.get("/api/v1/orchestrator/runs/" + run.getString("run_id"));
      Verdict verdict = new Verdict(play, events, view);
      verdict.spent(cap(play));
      verdict.tests(path -> server.file(job, path));
      if (play.scenario() == Scenario.CANCELLED) {
        verdict.left(left(play));
      }
      return verdict.result(heard.faults(), times(play, load, whole, events, view));
    } finally {
      ripe.complete(null);
      server.remove(job);
    }
  }

  private static JsonObject request(Play play, String job) {
    return new JsonObject()
        .put("prompt", play.prompt())
        .put("job_id", job)
        .put("project_type", play.exercise().type().id())
        .put("detach", true)
        .put("options", new JsonObject().put("max_cost_micros", cap(play)));
  }

  private static long cap(Play play) {
    return play.scenario() == Scenario.BUDGET ? SMALL_CAP : CAP;
  }

  private static void ripen(Play play, Heard.Event event, CompletableFuture<Void> ripe) {
    boolean tests = event.type().equals("command") && "test".equals(event.data().getString("name"));
    if (play.scenario() == Scenario.KILLED_VERIFYING && tests) {
      ripe.complete(null);
    }
  }

  private void cancel(String run) {
    try {
      server.post("/api/v1/orchestrator/runs/" + run + "/cancel", new JsonObject());
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean left(Play play) throws InterruptedException {
    try {
      model.left(play).get(LEAVE_SECONDS, TimeUnit.SECONDS);
      return true;
    } catch (java.util.concurrent.TimeoutException e) {
      return false;
    } catch (java.util.concurrent.ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Result.Times times(
      Play play, Result.Load load, double whole, List<Heard.Event> events, JsonObject view) {
    Map<String, Double> stages = new TreeMap<>();
    view.getJsonObject("stages")
        .forEach(
            it ->
                stages.put(
                    it.getKey(),
                    Math.max(
                        0,
                        ((Number) it.getValue()).doubleValue() - play.times().busy(it.getKey()))));
    List<Double> verifies = verifies(events);
    int first = Math.min(1, verifies.size());
    return new Result.Times(
        load,
        whole,
        stages,
        play.times().files(),
        verifies.subList(0, first),
        verifies.subList(first, verifies.size()));
  }

  /** What each verification took beyond its commands. */
  private static List<Double> verifies(List<Heard.Event> events) {
    List<Double> verifies = new ArrayList<>();
    long begun = 0;
    double commands = 0;
    for (Heard.Event event : events) {
      switch (event.type()) {
        case "status" -> {
          if ("verify".equals(event.data().getString("stage"))) {
            begun = event.nanos();
            commands = 0;
          }
        }
        case "command_end" -> commands += event.data().getLong("millis", 0L);
        case "verification" -> verifies.add((event.nanos() - begun) / MILLION - commands);
        default -> {}
      }
    }
    return verifies;
  }

  /** Repairs that a model made, in a run as it is told. */
  static long byModel(JsonObject view) {
    JsonArray repairs = view.getJsonArray("repairs", new JsonArray());
    return repairs.stream().filter(it -> !"rule".equals(((JsonObject) it).getString("by"))).count();
  }
}
