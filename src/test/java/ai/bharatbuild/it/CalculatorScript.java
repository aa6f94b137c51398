package ai.bharatbuild.it;

import ai.bharatbuild.agents.script.MessagesServer.Call;
import ai.bharatbuild.agents.script.MessagesServer.Reply;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A model that plans, writes and repairs a calculator in Python with one test. */
final class CalculatorScript {
  static final String GOOD = "def add(a, b):\n    return a + b\n";
  static final String BAD = "def add(a, b):\n    return a - b\n";
  static final String TEST =
      "from calc import add\n\n\ndef test_adds():\n    assert add(2, 3) == 5\n";
  static final String PAGE = "<p>2 and 3 are 5</p>\n";
  private static final Pattern WANTED = Pattern.compile("Write the file ([\\w./]+\\w)");

  private final AtomicInteger repairs = new AtomicInteger();
  private final String first;
  private final IntFunction<String> repaired;
  private final boolean page;

  /**
   * @param first what it writes at first
   * @param repaired what it writes at each repair, from 1
   * @param page whether there is a page, too
   */
  CalculatorScript(String first, IntFunction<String> repaired, boolean page) {
    this.first = first;
    this.repaired = repaired;
    this.page = page;
  }

  /** One that does it right at once. */
  static CalculatorScript good() {
    return new CalculatorScript(GOOD, attempt -> GOOD, false);
  }

  JsonObject plan() {
    JsonArray files =
        new JsonArray()
            .add(file("calc.py", "add(a, b) gives the sum").put("exports", array("add")))
            .add(file("test_calc.py", "tests add").put("depends_on", array("calc.py")));
    if (page) {
      files.add(file("page.html", "shows a sum"));
    }
    return new JsonObject()
        .put("name", "Calculator")
        .put("summary", "Adds numbers.")
        .put("stack", "python")
        .put("tasks", new JsonArray().add(new JsonObject().put("id", "t1").put("title", "Add")))
        .put("files", files)
        .put("commands", new JsonObject().put("test", "python3 -m pytest -q"));
  }

  private static JsonObject file(String path, String purpose) {
    return new JsonObject().put("path", path).put("purpose", purpose).put("task", "t1");
  }

  private static JsonArray array(String only) {
    return new JsonArray().add(only);
  }

  Reply answer(JsonObject request) {
    if (plans(request)) {
      return answersTool(request)
          ? Reply.text("Planned.")
          : Reply.calls(new Call("submit_plan", plan()));
    }
    if (fixes(request)) {
      return repair(request);
    }
    if (answersTool(request)) {
      return Reply.text("It is done.");
    }
    String path = wanted(request);
    String content = path.equals("calc.py") ? first : path.endsWith(".html") ? PAGE : TEST;
    return Reply.calls(write(path, content));
  }

  /** Reads the file, writes it anew, and ends: what is overwritten must have been read. */
  private Reply repair(JsonObject request) {
    int turns = request.getJsonArray("messages").size();
    if (turns == 1) {
      return Reply.calls(new Call("read_file", new JsonObject().put("path", "calc.py")));
    }
    if (turns == 3) {
      return Reply.calls(write("calc.py", repaired.apply(repairs.incrementAndGet())));
    }
    return Reply.text("It subtracted; now it adds.");
  }

  private static Call write(String path, String content) {
    return new Call("write_file", new JsonObject().put("path", path).put("content", content));
  }

  static boolean plans(JsonObject request) {
    JsonArray tools = request.getJsonArray("tools", new JsonArray());
    return tools.stream().anyMatch(it -> ((JsonObject) it).getString("name").equals("submit_plan"));
  }

  static boolean fixes(JsonObject request) {
    return instructions(request).contains("You repair a project");
  }

  /** Whether it is asked for a section of a document. */
  static boolean writesProse(JsonObject request) {
    return instructions(request).contains("You write prose");
  }

  /** What tells whose turn it is. */
  private static String instructions(JsonObject request) {
    return request.getValue("system").toString();
  }

  /** The file that is to be written, or an empty text. */
  static String wanted(JsonObject request) {
    Matcher matcher = WANTED.matcher(last(request));
    return matcher.find() ? matcher.group(1) : "";
  }

  private static boolean answersTool(JsonObject request) {
    return last(request).contains("tool_result");
  }

  private static String last(JsonObject request) {
    JsonArray messages = request.getJsonArray("messages");
    return messages.getJsonObject(messages.size() - 1).encode();
  }
}
