package ai.bharatbuild.http;

import ai.bharatbuild.json.Json;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;

/** Ends responses with JSON. */
public final class Replies {
  private Replies() {}

  /** Answers with what the future gives, or with its problem. */
  public static <T> void json(RoutingContext context, int status, Future<T> result) {
    result.onComplete(value -> json(context, status, value), context::fail);
  }

  public static void json(RoutingContext context, int status, Object value) {
    send(context, status, Json.encode(value));
  }

  /** Answers with JSON that is encoded already. */
  public static void send(RoutingContext context, int status, Buffer json) {
    if (context.response().ended() || context.response().closed()) {
      return;
    }
    context
        .response()
        .setStatusCode(status)
        .putHeader("Content-Type", "application/json")
        .end(json);
  }
}
