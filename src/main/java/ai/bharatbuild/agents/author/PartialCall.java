package ai.bharatbuild.agents.author;

/**
 * What is left of the arguments of a call that was cut off: texts that it holds as members of its
 * object, the last of which may be unfinished.
 */
final class PartialCall {
  private final String json;
  private int at;
  private String path;
  private String content;

  private PartialCall(String json) {
    this.json = json;
  }

  /**
   * Reads {@code path} and {@code content}; of the content as many whole lines as there are.
   *
   * @param path null where it did not come whole
   * @param lines null where no content came; ends with a line feed or is empty
   */
  record Kept(String path, String lines) {}

  static Kept read(String json) {
    PartialCall call = new PartialCall(json);
    call.members();
    String lines =
        call.content == null ? null : call.content.substring(0, call.content.lastIndexOf('\n') + 1);
    return new Kept(call.path, lines);
  }

  private void members() {
    if (!skipTo('{')) {
      return;
    }
    while (skipTo('"')) {
      StringBuilder name = new StringBuilder();
      if (!string(name) || !skipTo(':')) {
        return;
      }
      skipSpace();
      if (at >= json.length()) {
        return;
      }
      if (json.charAt(at) != '"') {
        if (!other()) {
          return;
        }
        continue;
      }
      at++;
      StringBuilder value = new StringBuilder();
      boolean whole = string(value);
      if (name.toString().equals("content")) {
        content = value.toString();
      } else if (name.toString().equals("path") && whole) {
        path = value.toString();
      }
      if (!whole) {
        return;
      }
    }
  }

  /** Skips a value that is no text; only numbers, true, false and null are looked for. */
  private boolean other() {
    while (at < json.length() && "{[".indexOf(json.charAt(at)) < 0) {
      char c = json.charAt(at);
      if (c == ',' || c == '}') {
        return true;
      }
      at++;
    }
    return false;
  }

  /** Reads a text after its opening mark; false where its end is missing. */
  private boolean string(StringBuilder out) {
    while (at < json.length()) {
      char c = json.charAt(at++);
      if (c == '"') {
        return true;
      }
      if (c != '\\') {
        out.append(c);
      } else if (!escape(out)) {
        return false;
      }
    }
    return false;
  }

  private boolean escape(StringBuilder out) {
    if (at >= json.length()) {
      return false;
    }
    char c = json.charAt(at++);
    switch (c) {
      case 'n' -> out.append('\n');
      case 't' -> out.append('\t');
      case 'r' -> out.append('\r');
      case 'b' -> out.append('\b');
      case 'f' -> out.append('\f');
      case 'u' -> {
        if (at + 4 > json.length() || !json.substring(at, at + 4).matches("[0-9a-fA-F]{4}")) {
          at = json.length();
          return false;
        }
        out.append((char) Integer.parseInt(json.substring(at, at + 4), 16));
        at += 4;
      }
      default -> out.append(c);
    }
    return true;
  }

  private boolean skipTo(char wanted) {
    skipSpace();
    if (at < json.length() && json.charAt(at) == ',' && wanted == '"') {
      at++;
      skipSpace();
    }
    if (at < json.length() && json.charAt(at) == wanted) {
      at++;
      return true;
    }
    return false;
  }

  private void skipSpace() {
    while (at < json.length() && Character.isWhitespace(json.charAt(at))) {
      at++;
    }
  }
}
