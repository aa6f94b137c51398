package ai.bharatbuild.preview;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.util.List;

/**
 * Where a request ends and what it is. Two servers that read this differently can be made to see
 * different requests, so whatever is not plain is refused.
 */
final class Framing {
  private Framing() {}

  /** Why the request cannot be passed on, or null when it can. */
  static String objection(HttpServerRequest request) {
    MultiMap headers = request.headers();
    List<String> coding = headers.getAll(HttpHeaders.TRANSFER_ENCODING);
    List<String> lengths = headers.getAll(HttpHeaders.CONTENT_LENGTH);
    if (headers.getAll(HttpHeaders.HOST).size() != 1) {
      return "A request has one Host header.";
    }
    if (!RequestTarget.isOriginForm(request.method(), request.uri())) {
      return "The request target must be a path and a query.";
    }
    if (!coding.isEmpty()
        && (coding.size() > 1
            || !coding.getFirst().strip().equalsIgnoreCase("chunked")
            || !lengths.isEmpty()
            || request.version() == HttpVersion.HTTP_1_0)) {
      return "Transfer-Encoding can only be chunked, once, and without Content-Length.";
    }
    if (lengths.size() > 1 || lengths.stream().anyMatch(length -> !isLength(length))) {
      return "Content-Length must be one whole number.";
    }
    return null;
  }

  static boolean hasBody(HttpServerRequest request) {
    String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
    return request.headers().contains(HttpHeaders.TRANSFER_ENCODING)
        || length != null && Long.parseLong(length) > 0;
  }

  /** The one upgrade that is passed on. Others, h2c first of all, could hide requests in them. */
  static boolean isWebSocket(HttpServerRequest request) {
    MultiMap headers = request.headers();
    return request.version() == HttpVersion.HTTP_1_1
        && request.method().equals(HttpMethod.GET)
        && !hasBody(request)
        && Headers.lists(headers, HttpHeaders.CONNECTION, "upgrade")
        && isWebSocket(headers);
  }

  static boolean isWebSocket(MultiMap headers) {
    List<String> upgrade = headers.getAll(HttpHeaders.UPGRADE);
    return upgrade.size() == 1 && upgrade.getFirst().strip().equalsIgnoreCase("websocket");
  }

  private static boolean isLength(String text) {
    return !text.isEmpty()
        && text.length() <= 18
        && text.chars().allMatch(c -> c >= '0' && c <= '9');
  }
}
