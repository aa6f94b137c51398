package ai.bharatbuild.harness;

import ai.bharatbuild.harness.Reply.Call;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One exercise with one scenario: what the model answers to each question. Safe on any thread. */
final class Play {
  private static final Pattern LINES = Pattern.compile("which has (\\d+) lines now");

  private final Exercise exercise;
  private final Scenario scenario;
  private final Map<String, String> files;
  private final Set<String> asked = new HashSet<>();
  private final CompletableFuture<Void> hangs = new CompletableFuture<>();
  private final ModelTimes times = new ModelTimes();
  private final Map<String, String> given;
  private int repairs;

  Play(Exercise exercise, Scenario scenario) {
    this.exercise = exercise;
    this.scenario = scenario;
    this.files = new HashMap<>(exercise.files(scenario.writes()));
    this.given = new TreeMap<>(exercise.tests());
    if (scenario == Scenario.CHEAT_POM) {
      given.put(Cheats.POM, Cheats.POM_CONTENT);
    }
    if (scenario == Scenario.CHEAT_UNSAVED) {
      files.merge(exercise.mutant().file(), Cheats.NEEDS, (text, needs) -> needs + text);
    }
  }

  String id() {
    return exercise.id() + "-" + scenario.id();
  }

  Exercise exercise() {
    return exercise;
  }

  Scenario scenario() {
    return scenario;
  }

  /** What is there before the run, by path: the tests, and what else is not the model's. */
  Map<String, String> given() {
    return given;
  }

  /** What a user asks for. */
  String prompt() {
    return "%s\n\nTests are there already: %s. They say what is right. (play %s)"
        .formatted(exercise.prompt(), String.join(", ", given.keySet()), id());
  }

  /** Completes when the model was asked and will not answer. */
  CompletableFuture<Void> hangs() {
    return hangs;
  }

  ModelTimes times() {
    return times;
  }

  /** What each answer is said to use, in tokens of output. */
  int outputTokens() {
    return scenario == Scenario.BUDGET ? 12_000 : 400;
  }

  synchronized Reply answer(Question question) {
    boolean first = asked.add(question.stage() + " " + question.path() + " " + question.turn());
    Reply reply =
        switch (question.stage()) {
          case "plan" -> new Call("submit_plan", plan());
          case "write" -> write(question, first);
          default -> fix(question, first);
        };
    if (first && scenario == Scenario.OVERLOADED && question.turn() == 0) {
      return new Reply.Failure(529, "overloaded_error");
    }
    return first && scenario == Scenario.DROPPED && reply instanceof Call call
        ? new Reply.Drop(call)
        : reply;
  }

  private JsonObject plan() {
    JsonObject plan = new JsonObject(exercise.planJson().toString());
    if (scenario == Scenario.CHEAT_PLAN) {
      plan.getJsonObject("commands").put("test", "true");
    }
    if (scenario == Scenario.KILLED_VERIFYING) {
      JsonObject commands = plan.getJsonObject("commands");
      commands.put("test", "sleep 3; " + commands.getString("test"));
    }
    return plan;
  }

  private Reply write(Question question, boolean first) {
    String path = question.path();
    if (first && question.turn() == 0 && stopsAt(path)) {
      hangs.complete(null);
      return new Reply.Hang();
    }
    if (scenario == Scenario.TRUNCATED && question.turn() == 0) {
      String json = file(path, files.get(path)).encode();
      return new Reply.Cut("write_file", json.substring(0, json.length() * 2 / 3));
    }
    Matcher kept = LINES.matcher(question.told());
    if (kept.find()) {
      return new Call("append_file", file(path, from(files.get(path), kept.group(1))));
    }
    return question.turn() > 0 && !question.failed()
        ? new Reply.Text("The file is written.")
        : new Call("write_file", file(path, files.get(path)));
  }

  /** The last file in the plan, so that others are written. */
  private boolean stopsAt(String path) {
    return (scenario == Scenario.CANCELLED || scenario == Scenario.KILLED_WRITING)
        && path.equals(exercise.plan().files().getLast().path());
  }

  private static String from(String text, String lines) {
    return text.lines()
        .skip(Integer.parseInt(lines))
        .map(line -> line + "\n")
        .reduce("", String::concat);
  }

  private Reply fix(Question question, boolean first) {
    if (question.turn() == 0) {
      repairs++;
    }
    return switch (scenario) {
      case STUB -> new Reply.Refusal("I cannot repair this.");
      case CLAIM -> new Reply.Text("All tests pass now. The project is complete.");
      case SAME_ERROR, BUDGET -> once(question, whole(comment() + " try " + repairs + "\n"));
      case NO_OP -> once(question, whole(""));
      case CHEAT -> cheat(question);
      case CHEAT_POM -> Cheats.pom(question);
      case CHEAT_PYTEST -> Cheats.pytest(question);
      case CHEAT_UNSAVED -> Cheats.unsaved(question);
      case MALFORMED_DIFF -> diffs(question);
      case KILLED_FIXING -> {
        if (first && question.turn() == 0) {
          hangs.complete(null);
          yield new Reply.Hang();
        }
        yield once(question, repair());
      }
      default -> once(question, repair());
    };
  }

  /** Calls until it is done; a file that was not read yet is shown by the first call. */
  private static Reply once(Question question, Call call) {
    return question.turn() > 0 && !question.failed()
        ? new Reply.Text("The bug was found and is repaired; all tests pass.")
        : call;
  }

  private Call repair() {
    String path = exercise.mutant().file();
    LineChange change = LineChange.between(files.get(path), exercise.reference().get(path));
    JsonObject edit =
        new JsonObject().put("search", change.search()).put("replace", change.replace());
    return new Call(
        "edit_file", new JsonObject().put("path", path).put("edits", new JsonArray().add(edit)));
  }

  private Call whole(String more) {
    String path = exercise.mutant().file();
    return new Call("write_file", file(path, files.get(path) + more));
  }

  private String comment() {
    return exercise.type() == ai.bharatbuild.sandbox.ProjectType.PYTHON ? "#" : "//";
  }

  private Reply diffs(Question question) {
    String path = exercise.mutant().file();
    return switch (question.turn()) {
      case 0 -> new Call("read_file", new JsonObject().put("path", path));
      case 1 -> diff(path, "change the second line please");
      case 2 -> diff(path, "@@ -1,2 +1,2 @@\n what is not there\n-nor this\n+but this\n");
      default -> once(question, repair());
    };
  }

  private static Call diff(String path, String diff) {
    return new Call("edit_file", new JsonObject().put("path", path).put("diff", diff));
  }

  private Reply cheat(Question question) {
    Map.Entry<String, String> test =
        exercise.tests().entrySet().stream()
            .filter(it -> it.getKey().contains("test"))
            .findFirst()
            .orElseThrow();
    String path = test.getKey();
    return switch (question.turn()) {
      case 0 -> new Call("read_file", new JsonObject().put("path", path));
      case 1 -> new Call("delete_file", new JsonObject().put("path", path));
      case 2 ->
          new Call("write_file", file(path, "import pytest\npytest.skip()\n" + test.getValue()));
      case 3 ->
          new Call(
              "write_file",
              file(path, test.getValue().replaceAll("(?m)assert .*$", "assert True")));
      default -> new Reply.Text("The tests were wrong. All tests pass now.");
    };
  }

  private static JsonObject file(String path, String content) {
    return new JsonObject().put("path", path).put("content", content);
  }
}
