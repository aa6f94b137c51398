package ai.bharatbuild.agents.llm.wire;

import java.util.Locale;
import java.util.Map;

/**
 * How an answer begins.
 *
 * @param headers by name in lower case; where a name comes twice, the first
 */
public record WireHead(int status, Map<String, String> headers) {
  private static final String EVENTS = "text/event-stream";

  /** The header, or null. */
  public String header(String lowerCaseName) {
    return headers.get(lowerCaseName);
  }

  public boolean ok() {
    return status >= 200 && status < 300;
  }

  /** Whether the body is said to be events. */
  public boolean events() {
    String type = header("content-type");
    return type != null && type.strip().toLowerCase(Locale.ROOT).startsWith(EVENTS);
  }
}
