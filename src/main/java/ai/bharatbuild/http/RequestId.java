package ai.bharatbuild.http;

import io.vertx.core.Handler;
import io.vertx.ext.web.RoutingContext;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Gives each request an id: the caller's {@code X-Request-Id} where it is harmless, else a new one.
 */
public final class RequestId implements Handler<RoutingContext> {
  static final String HEADER = "X-Request-Id";
  private static final String KEY = RequestId.class.getName();
  private static final int MAX_LENGTH = 64;

  public static String of(RoutingContext context) {
    return context.get(KEY, "none");
  }

  @Override
  public void handle(RoutingContext context) {
    String given = context.request().getHeader(HEADER);
    String id = given != null && harmless(given) ? given : generate();
    context.put(KEY, id);
    context.response().putHeader(HEADER, id);
    context.next();
  }

  private static boolean harmless(String id) {
    if (id.isEmpty() || id.length() > MAX_LENGTH) {
      return false;
    }
    for (int i = 0; i < id.length(); i++) {
      char c = id.charAt(i);
      boolean word = c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
      if (!word && c != '-' && c != '_' && c != '.') {
        return false;
      }
    }
    return true;
  }

  private static String generate() {
    return HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
  }
}
