package ai.bharatbuild.preview;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;

/** Turns the headers that a client sent into those that its app gets. */
final class RequestHeaders {
  private RequestHeaders() {}

  /**
   * @param headers a copy of the request's headers, changed in place; {@code Host} stays, so that
   *     the app's absolute links and hot reload name the origin that the browser knows
   * @param scheme that the browser sees the preview by
   */
  static void clean(MultiMap headers, HttpServerRequest request, String scheme) {
    Headers.dropHopByHop(headers);
    Headers.dropIf(headers, RequestHeaders::unwanted);
    if (headers.getAll(HttpHeaders.AUTHORIZATION).stream().anyMatch(ApiToken::isIn)) {
      headers.remove(HttpHeaders.AUTHORIZATION);
    }
    if (request.version() == HttpVersion.HTTP_1_0) {
      headers.remove(HttpHeaders.EXPECT);
    }
    Cookies.cleanRequest(headers);
    headers.set("X-Forwarded-For", request.remoteAddress().hostAddress());
    headers.set("X-Forwarded-Proto", scheme);
    headers.set("X-Forwarded-Host", request.getHeader(HttpHeaders.HOST));
  }

  /**
   * The API's key, and what only a proxy may say. CGI-like gateways read an underscore as a hyphen,
   * so the one must not carry what the other may not.
   */
  private static boolean unwanted(String name) {
    String plain = name.replace('_', '-');
    return plain.equals("x-api-key")
        || plain.equals("forwarded")
        || plain.equals("x-real-ip")
        || plain.startsWith("x-forwarded-")
        || plain.startsWith("proxy-");
  }
}
