package ai.bharatbuild.it;

import ai.bharatbuild.agents.script.MessagesServer;
import ai.bharatbuild.agents.script.MessagesServer.Call;
import ai.bharatbuild.agents.script.MessagesServer.Reply;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;

/**
 * A scripted model that makes a calculator of two files. What it writes and how it repairs may be
 * changed between runs.
 */
final class CalculatorModel implements AutoCloseable {
  static final String GOOD = "def add(a, b):\n    return a + b\n";
  static final String BAD = "def add(a, b):\n    return a - b\n";
  static final String TEST =
      "from calc import add\n\n\ndef test_adds():\n    assert add(2, 3) == 5\n";

  final MessagesServer server = new MessagesServer(this::play);

  /** What is written first. */
  volatile String calc = GOOD;

  /** What a repair writes; null for a model that says that nothing is wrong. */
  volatile String repaired;

  /** Whether a repair never answers. */
  volatile boolean hangs;

  volatile String testCommand = "python3 -m pytest -q";

  Map<String, Object> settings() {
    return Map.of("ANTHROPIC_API_KEY", "sk-test", "ANTHROPIC_BASE_URL", server.base());
  }

  /** How many conversations were begun to write a file. */
  long written() {
    return server.requests().stream()
        .filter(request -> request.getJsonArray("messages").size() == 1)
        .filter(request -> request.encode().contains("Write the file "))
        .count();
  }

  private Reply play(JsonObject request) {
    JsonArray messages = request.getJsonArray("messages");
    String last = messages.getJsonObject(messages.size() - 1).encode();
    if (request.getJsonArray("tools").encode().contains("submit_plan")) {
      return last.contains("tool_result")
          ? Reply.text("Planned.")
          : Reply.calls(new Call("submit_plan", plan()));
    }
    if (request.getValue("system").toString().contains("You repair a project")) {
      return repair(messages.size());
    }
    String path = last.contains("Write the file test_calc.py") ? "test_calc.py" : "calc.py";
    return switch (messages.size()) {
      case 1 -> Reply.calls(new Call("read_file", new JsonObject().put("path", path)));
      case 3 -> write(first(messages).contains("test_calc.py now") ? "test_calc.py" : "calc.py");
      default -> Reply.text("It is done.");
    };
  }

  private static String first(JsonArray messages) {
    return messages.getJsonObject(0).encode();
  }

  private Reply write(String path) {
    return write(path, path.equals("calc.py") ? calc : TEST);
  }

  private static Reply write(String path, String content) {
    return Reply.calls(
        new Call("write_file", new JsonObject().put("path", path).put("content", content)));
  }

  /** What is overwritten must have been read. */
  private Reply repair(int turns) {
    if (hangs) {
      return Reply.text("").hanging();
    }
    if (repaired == null) {
      return Reply.text("Nothing is wrong.");
    }
    return switch (turns) {
      case 1 -> Reply.calls(new Call("read_file", new JsonObject().put("path", "calc.py")));
      case 3 -> write("calc.py", repaired);
      default -> Reply.text("It subtracted; now it adds.");
    };
  }

  private JsonObject plan() {
    return new JsonObject()
        .put("name", "Calculator")
        .put("summary", "Adds numbers.")
        .put("stack", "python")
        .put("tasks", new JsonArray().add(new JsonObject().put("id", "t1").put("title", "Add")))
        .put("files", new JsonArray(List.of(file("calc.py"), file("test_calc.py"))))
        .put("commands", new JsonObject().put("test", testCommand));
  }

  private static JsonObject file(String path) {
    return new JsonObject().put("path", path).put("purpose", "adds").put("task", "t1");
  }

  @Override
  public void close() {
    server.close();
  }
}
