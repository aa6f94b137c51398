package ai.bharatbuild.harness;

import io.vertx.core.json.JsonObject;

/** What the scripted model answers. */
sealed interface Reply {
  /** Text, and the end of its turn. */
  record Text(String text) implements Reply {}

  /** A call of a tool. */
  record Call(String tool, JsonObject arguments) implements Reply {}

  /** A call whose arguments are cut off by the limit of an answer. */
  record Cut(String tool, String json) implements Reply {}

  /** It will not do it. */
  record Refusal(String text) implements Reply {}

  /** An error instead of an answer. */
  record Failure(int status, String type) implements Reply {}

  /** The connection breaks in the middle of a call. */
  record Drop(Call of) implements Reply {}

  /** It begins to answer, and then says nothing. */
  record Hang() implements Reply {}
}
