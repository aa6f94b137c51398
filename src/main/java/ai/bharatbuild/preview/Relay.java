package ai.bharatbuild.preview;

import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;

/** Answers whose end is the end of the connection. */
final class Relay {
  private Relay() {}

  /**
   * Sends the app's answer as it comes and then hangs up, which is also how a client of HTTP/1.0
   * learns where it ends.
   *
   * @param headers those of the answer, cleaned
   */
  static Future<Void> untilClose(
      HttpClientResponse answer, MultiMap headers, HttpServerRequest request) {
    HttpServerResponse response = request.response();
    response.setStatusCode(answer.statusCode()).setStatusMessage(answer.statusMessage());
    response.headers().addAll(headers);
    if (!headers.contains(HttpHeaders.CONTENT_LENGTH)) {
      response.setChunked(true);
    }
    response.headersEndHandler(v -> response.putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE));
    return answer
        .pipe()
        .endOnFailure(false)
        .to(response)
        .onComplete(
            done -> {
              if (done.failed()) {
                response.reset();
              } else {
                request.connection().close();
              }
            });
  }
}
