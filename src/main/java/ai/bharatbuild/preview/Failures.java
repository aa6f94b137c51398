package ai.bharatbuild.preview;

import ai.bharatbuild.json.Json;
import ai.bharatbuild.problem.Problem;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;

/** Answers in an app's place, as a page or, for programs, as a problem (RFC 9457). */
final class Failures {
  /** How long a client may go on sending a body that nobody reads before it is hung up on. */
  private static final long LINGER_MS = 2000;

  @JsonPropertyOrder({"type", "title", "status", "detail", "code", "request_id"})
  private record Body(
      String type,
      String title,
      int status,
      String detail,
      String code,
      String requestId,
      Integer retryAfter) {}

  private final Vertx vertx;
  private final String frameAncestors;

  Failures(Vertx vertx, String frameAncestors) {
    this.vertx = vertx;
    this.frameAncestors = frameAncestors;
  }

  /** Does nothing for a client that has left; breaks off an answer that has begun. */
  void answer(HttpServerRequest request, Problem problem) {
    HttpServerResponse response = request.response();
    if (response.ended() || response.closed()) {
      return;
    }
    if (response.headWritten()) {
      response.reset();
      return;
    }
    boolean json = Accept.prefersJson(request.getHeader("Accept"));
    String requestId = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
    Integer retry = retryAfter(problem);
    response.headers().clear();
    response
        .setStatusCode(problem.status())
        .setStatusMessage(HttpResponseStatus.valueOf(problem.status()).reasonPhrase())
        .putHeader("Content-Type", json ? "application/problem+json" : "text/html; charset=utf-8")
        .putHeader("Cache-Control", "no-store")
        .putHeader("Vary", "Accept")
        .putHeader("X-Content-Type-Options", "nosniff")
        .putHeader("X-Request-Id", requestId)
        .putHeader(
            "Content-Security-Policy",
            "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors " + frameAncestors);
    if (retry != null) {
      response.putHeader("Retry-After", retry.toString());
    }
    // What follows a request that makes no sense cannot be told apart from it.
    boolean last = problem.status() == 400 || !request.isEnded();
    if (last) {
      response.putHeader("Connection", "close");
    }
    response
        .end(json ? problemJson(problem, requestId, retry) : Buffer.buffer(FailurePage.of(problem)))
        .onComplete(
            done -> {
              if (last) {
                hangUp(request);
              }
            });
  }

  /**
   * Sends the client to another address of the same origin, with the method and body it came with.
   */
  void redirect(HttpServerRequest request, String target) {
    HttpServerResponse response = request.response();
    boolean last = !request.isEnded();
    response
        .setStatusCode(HttpResponseStatus.TEMPORARY_REDIRECT.code())
        .putHeader("Location", target)
        .putHeader("Cache-Control", "no-store")
        .putHeader("Referrer-Policy", "no-referrer");
    if (last) {
      response.putHeader("Connection", "close");
    }
    response
        .end()
        .onComplete(
            done -> {
              if (last) {
                hangUp(request);
              }
            });
  }

  /**
   * Lets go of a request that was answered before all of it had come. Hanging up at once could lose
   * the answer on its way, and waiting for the rest would let a client hold the connection.
   */
  void hangUp(HttpServerRequest request) {
    if (request.isEnded()) {
      request.connection().close();
    } else {
      request.resume();
      vertx.setTimer(LINGER_MS, id -> request.connection().close());
    }
  }

  private static Integer retryAfter(Problem problem) {
    return problem.status() == 503 && problem.retryAfter() == null
        ? Integer.valueOf(FailurePage.RETRY_SECONDS)
        : problem.retryAfter();
  }

  private static Buffer problemJson(Problem problem, String requestId, Integer retryAfter) {
    return Json.encodeSparse(
        new Body(
            "about:blank",
            HttpResponseStatus.valueOf(problem.status()).reasonPhrase(),
            problem.status(),
            problem.detail(),
            problem.code(),
            requestId,
            retryAfter));
  }
}
