package ai.bharatbuild.http;

import ai.bharatbuild.problem.ApiException;
import io.vertx.core.Handler;
import io.vertx.ext.web.RoutingContext;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Paths as they were sent. Routing works on normalised paths, in which {@code ..} has moved on to
 * another resource; a file's path must be refused instead, and kept byte for byte otherwise.
 */
public final class RawPath implements Handler<RoutingContext> {
  /** Refuses paths of files that normalising would change into others. */
  @Override
  public void handle(RoutingContext context) {
    String path = context.request().path();
    if (path != null && isFile(path) && hasDots(path)) {
      context.fail(
          ApiException.badRequest(
              "invalid_path", "Path traversal detected: '.' and '..' are not allowed."));
    } else {
      context.next();
    }
  }

  private static boolean isFile(String path) {
    return path.startsWith("/api/") && (path.contains("/files/") || path.contains("/raw/"));
  }

  private static boolean hasDots(String path) {
    if (!path.contains("/.") && !path.contains("%2")) {
      return false;
    }
    return Arrays.stream(path.split("/"))
        .map(segment -> segment.replace("%2e", ".").replace("%2E", "."))
        .anyMatch(segment -> segment.equals(".") || segment.equals(".."));
  }

  /**
   * What follows after a number of segments, decoded; {@code tail(context, 5)} of {@code
   * /api/v1/jobs/x/files/a%20b} is {@code a b}. Fails with 400 {@code invalid_path} when it is not
   * percent-encoded UTF-8.
   */
  public static String tail(RoutingContext context, int segments) {
    String path = context.request().path();
    int at = 0;
    for (int i = 0; i <= segments; i++) {
      at = path.indexOf('/', at) + 1;
      if (at == 0) {
        return "";
      }
    }
    return decode(path.substring(at));
  }

  private static String decode(String text) {
    if (text.indexOf('%') < 0) {
      return text;
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c != '%') {
        bytes.writeBytes(Character.toString(c).getBytes(StandardCharsets.UTF_8));
        continue;
      }
      int high = i + 2 < text.length() ? Character.digit(text.charAt(i + 1), 16) : -1;
      int low = i + 2 < text.length() ? Character.digit(text.charAt(i + 2), 16) : -1;
      if (high < 0 || low < 0) {
        throw invalid();
      }
      bytes.write(high << 4 | low);
      i += 2;
    }
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(bytes.toByteArray()))
          .toString();
    } catch (CharacterCodingException e) {
      throw invalid();
    }
  }

  private static ApiException invalid() {
    return ApiException.badRequest("invalid_path", "The path is not percent-encoded UTF-8.");
  }
}
