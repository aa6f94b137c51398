package ai.bharatbuild.harness;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A question as it came over the wire.
 *
 * @param play id of the play that it belongs to; its prompt has it
 * @param stage {@code plan}, {@code write} or {@code fix}
 * @param path of the file that is to be written; null in other stages
 * @param turn how many answers of the conversation came before
 * @param result the last result of a tool; empty where there is none
 * @param failed whether that tool failed
 * @param told what else the last message says
 */
record Question(
    String play, String stage, String path, int turn, String result, boolean failed, String told) {
  private static final Pattern PLAY = Pattern.compile("\\(play ([a-z0-9-]+)\\)");
  private static final Pattern PATH = Pattern.compile("Write the file (\\S+) now\\.");

  static Question read(JsonNode body) {
    JsonNode messages = body.path("messages");
    JsonNode last = messages.path(messages.size() - 1);
    JsonNode result = null;
    StringBuilder told = new StringBuilder();
    for (JsonNode block : last.path("content")) {
      if (block.path("type").asText().equals("tool_result")) {
        result = block;
      } else {
        told.append(block.path("text").asText());
      }
    }
    String stage = stage(body);
    return new Question(
        find(PLAY, body.path("system").toString() + messages),
        stage,
        stage.equals("write") ? find(PATH, messages.path(0).toString()) : null,
        messages.size() / 2,
        result == null ? "" : result.path("content").asText(),
        result != null && result.path("is_error").asBoolean(),
        told.toString());
  }

  /** Only planners hand in plans, and only those who repair run commands. */
  private static String stage(JsonNode body) {
    boolean runs = false;
    for (JsonNode tool : body.path("tools")) {
      if (tool.path("name").asText().equals("submit_plan")) {
        return "plan";
      }
      runs |= tool.path("name").asText().equals("run_command");
    }
    return runs ? "fix" : "write";
  }

  private static String find(Pattern pattern, String text) {
    Matcher matcher = pattern.matcher(text);
    return matcher.find() ? matcher.group(1) : "";
  }
}
