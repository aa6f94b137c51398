package ai.bharatbuild.http;

import ai.bharatbuild.json.Json;
import ai.bharatbuild.problem.ApiException;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/**
 * Reads request bodies within limits: a body that says it is too large is refused before a byte of
 * it is kept, and all bodies together stay within a budget of memory. One instance for the server;
 * called on event loops.
 */
public final class BodyReader {
  /** Larger bodies are parsed on a worker, so that an event loop is not held up. */
  private static final int PARSE_HERE_BYTES = 256 << 10;

  /** Smaller bodies are not worth counting. */
  private static final int UNCOUNTED_BYTES = 64 << 10;

  private final Vertx vertx;
  private final AtomicLong budget;

  public BodyReader(Vertx vertx, long budgetBytes) {
    this.vertx = vertx;
    this.budget = new AtomicLong(budgetBytes);
  }

  /**
   * Reads a JSON body of at most {@code limit} bytes. Fails with 413, 415, 400 {@code
   * malformed_json} or, when the server has no memory left for it, 503.
   */
  public Future<JsonNode> json(RoutingContext context, long limit) {
    return json(context, limit, body -> body);
  }

  /**
   * Reads a JSON body and makes something of it, both on a worker when it is large. What {@code
   * mapper} throws becomes the future's failure.
   */
  public <T> Future<T> json(RoutingContext context, long limit, Function<JsonNode, T> mapper) {
    String type = context.request().getHeader("Content-Type");
    if (type != null && !isJson(type)) {
      return Future.failedFuture(
          new ApiException(415, "unsupported_media_type", "Send application/json."));
    }
    return bytes(context, limit)
        .compose(
            body ->
                body.length() <= PARSE_HERE_BYTES
                    ? Future.succeededFuture(mapper.apply(parse(body)))
                    : vertx.executeBlocking(() -> mapper.apply(parse(body)), false));
  }

  /** Like {@link #json}, and gives null where there is no body at all. */
  public Future<JsonNode> optionalJson(RoutingContext context, long limit) {
    HttpServerRequest request = context.request();
    boolean none = request.getHeader("Transfer-Encoding") == null && declaredLength(request) <= 0;
    return none ? Future.succeededFuture(null) : json(context, limit);
  }

  /** Reads a body of at most {@code limit} bytes into memory. */
  public Future<Buffer> bytes(RoutingContext context, long limit) {
    HttpServerRequest request = context.request();
    long declared = declaredLength(request);
    if (declared > limit) {
      return Future.failedFuture(tooLarge(limit, declared));
    }
    if ("100-continue".equalsIgnoreCase(request.getHeader("Expect"))) {
      context.response().writeContinue();
    }
    Collector collector = new Collector(request, limit, Math.max(0, declared));
    context.addEndHandler(ended -> collector.release());
    return collector.start();
  }

  /** The body's length as announced, or -1. */
  public static long declaredLength(HttpServerRequest request) {
    String length = request.getHeader("Content-Length");
    try {
      return length == null ? -1 : Long.parseLong(length);
    } catch (NumberFormatException e) {
      throw ApiException.badRequest("bad_request", "Content-Length is not a number.");
    }
  }

  public static ApiException tooLarge(long limit, long size) {
    return ApiException.tooLarge(
        "The body has %d bytes; the limit is %d bytes.".formatted(size, limit), limit, size);
  }

  private static boolean isJson(String type) {
    String bare = type.split(";", 2)[0].strip();
    return bare.equalsIgnoreCase("application/json") || bare.toLowerCase().endsWith("+json");
  }

  private static JsonNode parse(Buffer body) {
    try {
      JsonNode node = Json.parse(body);
      if (node == null || node.isMissingNode()) {
        throw malformed("The body is empty; send JSON.");
      }
      return node;
    } catch (JsonProcessingException e) {
      throw malformed("The body is not valid JSON" + where(e) + ".");
    } catch (IOException e) {
      throw malformed("The body is not valid JSON.");
    }
  }

  private static String where(JsonProcessingException e) {
    return e.getLocation() == null
        ? ""
        : " at line %d, column %d"
            .formatted(e.getLocation().getLineNr(), e.getLocation().getColumnNr());
  }

  private static ApiException malformed(String detail) {
    return ApiException.badRequest("malformed_json", detail);
  }

  /** Gathers one body and gives its share of the budget back when the request is over. */
  private final class Collector {
    private final HttpServerRequest request;
    private final long limit;
    private final Promise<Buffer> done = Promise.promise();
    private final Buffer body;
    private final long announced;
    private long reserved;

    Collector(HttpServerRequest request, long limit, long announced) {
      this.request = request;
      this.limit = limit;
      this.announced = announced;
      this.body = Buffer.buffer((int) Math.min(announced, UNCOUNTED_BYTES));
    }

    Future<Buffer> start() {
      if (!reserve(announced)) {
        return Future.failedFuture(
            ApiException.busy("The server is reading too many large bodies; try again.", 1));
      }
      request.handler(this::take);
      request.exceptionHandler(done::tryFail);
      request.end().onSuccess(v -> done.tryComplete(body));
      return done.future();
    }

    private void take(Buffer chunk) {
      if (done.future().isComplete()) {
        return;
      }
      long size = (long) body.length() + chunk.length();
      if (size > limit) {
        done.tryFail(tooLarge(limit, size));
      } else if (!reserve(size)) {
        done.tryFail(
            ApiException.busy("The server is reading too many large bodies; try again.", 1));
      } else {
        body.appendBuffer(chunk);
      }
    }

    private boolean reserve(long size) {
      if (size <= UNCOUNTED_BYTES || size <= reserved) {
        return true;
      }
      long more = size - reserved;
      if (budget.addAndGet(-more) < 0) {
        budget.addAndGet(more);
        return false;
      }
      reserved = size;
      return true;
    }

    private void release() {
      budget.addAndGet(reserved);
      reserved = 0;
    }
  }
}
