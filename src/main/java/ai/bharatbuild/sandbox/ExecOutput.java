package ai.bharatbuild.sandbox;

import ai.bharatbuild.json.Json;
import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * The output of a command as text: standard output and error as they came, the beginning and the
 * end of it where it is long. Bytes that are no UTF-8 become replacement characters. Safe on any
 * thread.
 */
public final class ExecOutput {
  private final int most;
  private final StringBuilder head = new StringBuilder();
  private final StringBuilder tail = new StringBuilder();
  private long dropped;

  /**
   * @param most characters of the beginning, and of the end
   */
  public ExecOutput(int most) {
    this.most = most;
  }

  /** Takes records of a command's log as its readers get them. */
  void take(Buffer records) {
    for (String line : records.toString(StandardCharsets.UTF_8).split("\n")) {
      if (line.startsWith("data: ")) {
        event(line.substring("data: ".length()));
      }
    }
  }

  private void event(String json) {
    JsonNode event;
    try {
      event = Json.MAPPER.readTree(json);
    } catch (IOException e) {
      throw new IllegalStateException("a log holds what is no JSON", e);
    }
    String type = event.path("type").asText();
    if (type.equals("stdout") || type.equals("stderr")) {
      String data = event.path("data").asText();
      add(
          event.has("encoding")
              ? new String(Base64.getDecoder().decode(data), StandardCharsets.UTF_8)
              : data);
    }
  }

  private synchronized void add(String text) {
    int toHead = Math.min(text.length(), most - head.length());
    head.append(text, 0, toHead);
    tail.append(text, toHead, text.length());
    // Cut only now and then, since cutting copies.
    if (tail.length() > 2 * most) {
      cut();
    }
  }

  private void cut() {
    int excess = tail.length() - most;
    if (excess > 0) {
      tail.delete(0, excess);
      dropped += excess;
    }
  }

  /** Whether something in the middle is missing. */
  public synchronized boolean isCut() {
    return dropped > 0 || tail.length() > most;
  }

  public synchronized String text() {
    cut();
    return dropped == 0
        ? head.toString() + tail
        : head + "\n[… " + dropped + " characters left out …]\n" + tail;
  }
}
