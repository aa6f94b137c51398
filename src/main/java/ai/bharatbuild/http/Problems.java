package ai.bharatbuild.http;

import ai.bharatbuild.db.DatabaseFailures;
import ai.bharatbuild.json.Json;
import ai.bharatbuild.problem.ApiException;
import ai.bharatbuild.problem.FieldError;
import ai.bharatbuild.problem.Problem;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers every failure as {@code application/problem+json} (RFC 9457). */
public final class Problems implements Handler<RoutingContext> {
  private static final Logger LOG = LoggerFactory.getLogger(Problems.class);

  private static final long LINGER_MS = 1_000;

  @JsonPropertyOrder({"type", "title", "status", "detail", "code", "request_id"})
  private record Body(
      String type,
      String title,
      int status,
      String detail,
      String code,
      String requestId,
      List<FieldError> errors,
      Long limit,
      Long size,
      Integer retryAfter) {}

  @Override
  public void handle(RoutingContext context) {
    send(context, problemOf(context));
  }

  /** Ends the response with the problem, or the connection when the answer has already begun. */
  public static void send(RoutingContext context, Problem problem) {
    HttpServerResponse response = context.response();
    if (response.ended() || response.closed()) {
      return;
    }
    if (response.headWritten()) {
      response.reset();
      return;
    }
    if (problem.retryAfter() != null) {
      response.putHeader("Retry-After", problem.retryAfter().toString());
    }
    if (problem.status() == 401) {
      response.putHeader("WWW-Authenticate", "Bearer");
    }
    if (!context.request().isEnded()) {
      closeAfter(context);
    }
    response
        .setStatusCode(problem.status())
        .putHeader("Content-Type", "application/problem+json")
        .putHeader("Cache-Control", "no-store")
        .end(Json.encodeSparse(body(context, problem)));
  }

  /**
   * The rest of the body is not wanted, so the connection cannot carry another request. It is
   * closed a little later, with what still comes thrown away, because closing at once would reset
   * it and could take the answer from the client.
   */
  private static void closeAfter(RoutingContext context) {
    HttpServerRequest request = context.request();
    context.response().putHeader("Connection", "close");
    request.handler(rest -> {}).resume();
    context.vertx().setTimer(LINGER_MS, id -> request.connection().close());
  }

  private static Body body(RoutingContext context, Problem problem) {
    return new Body(
        "about:blank",
        HttpResponseStatus.valueOf(problem.status()).reasonPhrase(),
        problem.status(),
        problem.detail(),
        problem.code(),
        RequestId.of(context),
        problem.errors(),
        problem.limit(),
        problem.size(),
        problem.retryAfter());
  }

  private static Problem problemOf(RoutingContext context) {
    if (context.failure() instanceof ApiException known) {
      return known.problem();
    }
    ApiException away = DatabaseFailures.unavailable(context.failure());
    if (away != null) {
      return away.problem();
    }
    if (context.failure() instanceof HttpClosedException) {
      return plain(400, "bad_request", "The connection was closed.");
    }
    if (context.failure() != null) {
      LOG.atError()
          .addKeyValue("request_id", RequestId.of(context))
          .addKeyValue("method", context.request().method().name())
          .setCause(context.failure())
          .log("request failed");
      return plain(500, "internal_error", "The server failed; quote the request id when asking.");
    }
    return switch (context.statusCode()) {
      case 400 -> plain(400, "bad_request", "The request cannot be read.");
      case 404 -> plain(404, "not_found", "No such resource.");
      case 405 -> plain(405, "method_not_allowed", "This resource does not have that method.");
      case 415 -> plain(415, "unsupported_media_type", "Send application/json.");
      default -> plain(context.statusCode(), "error", "The request failed.");
    };
  }

  private static Problem plain(int status, String code, String detail) {
    return new Problem(status < 400 ? 500 : status, code, detail, null, null, null, null);
  }
}
