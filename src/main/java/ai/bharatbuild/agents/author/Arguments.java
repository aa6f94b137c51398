package ai.bharatbuild.agents.author;

import com.fasterxml.jackson.databind.JsonNode;

/** The arguments of a call, as a model gives them. */
final class Arguments {
  /** Something is wrong with them; the message is for the model. */
  static final class WrongArgument extends RuntimeException {
    private static final long serialVersionUID = 1;

    WrongArgument(String message) {
      super(message, null, false, false);
    }
  }

  private final JsonNode node;

  Arguments(JsonNode node) {
    this.node = node;
  }

  String text(String name) {
    JsonNode value = node.path(name);
    if (!value.isTextual()) {
      throw new WrongArgument("The argument \"" + name + "\" is missing or is no text.");
    }
    return value.asText();
  }

  String text(String name, String fallback) {
    return absent(name) ? fallback : text(name);
  }

  int whole(String name, int fallback) {
    if (absent(name)) {
      return fallback;
    }
    JsonNode value = node.path(name);
    // Some models write numbers as texts.
    String digits = value.asText();
    if (!digits.matches("\\d{1,9}")) {
      throw new WrongArgument("The argument \"" + name + "\" must be a whole number.");
    }
    return Integer.parseInt(digits);
  }

  boolean flag(String name) {
    return node.path(name).asBoolean(false);
  }

  JsonNode list(String name) {
    JsonNode value = node.path(name);
    if (!absent(name) && !value.isArray()) {
      throw new WrongArgument("The argument \"" + name + "\" must be a list.");
    }
    return value;
  }

  boolean absent(String name) {
    return node.path(name).isMissingNode() || node.path(name).isNull();
  }
}
