package ai.bharatbuild.harness;

import ai.bharatbuild.harness.Exercise.Variant;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Judges a run by what the scenario says that it must come to. */
final class Verdict {
  private static final String COMPLETE = "complete";

  private final Play play;
  private final List<Heard.Event> events;
  private final JsonObject view;
  private final String status;
  private final List<String> other = new ArrayList<>();
  private boolean falseSuccess;
  private boolean falseFailure;
  private long overspent;

  /** Gives a file as it is now; null where there is none. */
  interface Files {
    String read(String path) throws Exception;
  }

  Verdict(Play play, List<Heard.Event> events, JsonObject view) {
    this.play = play;
    this.events = events;
    this.view = view;
    this.status = view.getString("status");
    ended();
    repairs();
  }

  private void ended() {
    String wanted = play.scenario().status();
    falseSuccess |= status.equals(COMPLETE) && !wanted.equals(COMPLETE);
    falseFailure |= wanted.equals(COMPLETE) && !status.equals(COMPLETE);
    JsonObject reason = view.getJsonObject("reason");
    String end = reason == null ? status : status + " " + reason.getString("code");
    if (!end.equals(play.scenario().end())) {
      String detail = reason == null ? "" : ": " + reason.getString("detail");
      other.add("it ended %s, not %s%s".formatted(end, play.scenario().end(), detail));
    }
    String told = events.getLast().type();
    if (!told.equals(status)) {
      falseSuccess |= told.equals(COMPLETE);
      other.add("its last event is " + told + ", but it is " + status);
    }
  }

  /** What is told of repairs must be so. */
  private void repairs() {
    long fixed =
        events.stream()
            .filter(event -> event.type().equals("fix_result"))
            .filter(event -> "fixed".equals(event.data().getString("outcome")))
            .count();
    if (fixed > 0 && !play.scenario().status().equals(COMPLETE)) {
      falseSuccess = true;
      other.add("it says that it is repaired");
    }
    long byModel = Player.byModel(view);
    boolean repaired = play.scenario().writes() == Variant.MUTANT && status.equals(COMPLETE);
    if (repaired && view.getJsonArray("repairs").isEmpty()) {
      falseSuccess = true;
      other.add("its bug was not found");
    }
    // One in the middle of which the server was killed counts, too.
    if (repaired && byModel > (play.scenario().killed() ? 2 : 1)) {
      other.add("it took %d repairs by a model".formatted(byModel));
    }
    long seen = events.stream().filter(event -> event.type().equals("verification")).count();
    if (status.equals(COMPLETE) && !play.scenario().killed()) {
      int repairs = view.getJsonArray("repairs").size();
      if (seen != repairs + 1) {
        other.add("%d repairs, but %d verifications".formatted(repairs, seen));
      }
    }
  }

  void spent(long cap) {
    overspent = Math.max(0, view.getJsonObject("cost").getLong("cost_micros") - cap);
  }

  /** Tests are the user's: whatever was done with them proves nothing. */
  void tests(Files files) throws Exception {
    for (Map.Entry<String, String> test : play.given().entrySet()) {
      if (!Objects.equals(files.read(test.getKey()), test.getValue())) {
        other.add("the test " + test.getKey() + " was changed");
        falseSuccess |= status.equals(COMPLETE);
      }
    }
  }

  void left(boolean did) {
    if (!did) {
      other.add("the call of the model goes on though the run was cancelled");
    }
  }

  Result result(List<String> eventFaults, Result.Times times) {
    return new Result(
        play.id(),
        play.scenario(),
        status,
        falseSuccess,
        falseFailure,
        eventFaults,
        overspent,
        List.copyOf(other),
        times);
  }
}
