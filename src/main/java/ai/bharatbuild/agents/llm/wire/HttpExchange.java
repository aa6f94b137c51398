package ai.bharatbuild.agents.llm.wire;

import ai.bharatbuild.agents.llm.ModelException;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** An exchange over HTTP. Nothing is taken from the connection that was not asked for. */
final class HttpExchange implements WireExchange {
  private static final long NONE = -1;

  private final Vertx vertx;
  private final Context context;
  private final Endpoint endpoint;
  private final Promise<WireHead> head = Promise.promise();
  private HttpClientRequest request;
  private HttpClientResponse response;
  private Promise<Buffer> reading;
  private ModelException failure;
  private boolean ended;
  private long silence = NONE;
  private final long total;

  private HttpExchange(Vertx vertx, Endpoint endpoint) {
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
    this.endpoint = endpoint;
    this.total =
        vertx.setTimer(
            endpoint.total().toMillis(), id -> timeout("no end after ", endpoint.total()));
    listen();
  }

  static HttpExchange begin(
      Vertx vertx, Endpoint endpoint, Future<HttpClientRequest> connected, Buffer body) {
    HttpExchange exchange = new HttpExchange(vertx, endpoint);
    connected.onComplete(
        request -> exchange.run(() -> exchange.write(request, body)),
        e -> exchange.run(() -> exchange.fail(dropped(endpoint, "no connection to ", e))));
    return exchange;
  }

  @Override
  public Future<WireHead> head() {
    return head.future();
  }

  @Override
  public Future<Buffer> read() {
    if (failure != null) {
      return Future.failedFuture(failure);
    }
    if (ended) {
      return Future.succeededFuture();
    }
    Promise<Buffer> piece = Promise.promise();
    reading = piece;
    listen();
    response.fetch(1);
    return piece.future();
  }

  @Override
  public void cancel() {
    if (!ended) {
      fail(new ModelException(ModelException.Kind.CANCELLED, "The call was cancelled."));
    }
  }

  private void run(Runnable step) {
    if (Vertx.currentContext() == context) {
      step.run();
    } else {
      context.runOnContext(v -> step.run());
    }
  }

  private void write(HttpClientRequest connected, Buffer body) {
    request = connected;
    if (failure != null) {
      connected.reset();
      return;
    }
    connected.exceptionHandler(e -> run(() -> fail(broke(e))));
    // The handlers must be there before the first byte, so they are set where it comes.
    connected
        .response()
        .onComplete(
            answer -> {
              answer.pause();
              run(() -> answered(answer));
            },
            e -> run(() -> fail(broke(e))));
    connected.end(body);
  }

  private void answered(HttpClientResponse answer) {
    response = answer;
    if (failure != null) {
      request.reset();
      return;
    }
    answer
        .handler(piece -> run(() -> give(piece)))
        .endHandler(v -> run(this::end))
        .exceptionHandler(e -> run(() -> fail(broke(e))));
    quiet();
    Map<String, String> headers = new HashMap<>();
    answer
        .headers()
        .forEach(header -> headers.putIfAbsent(lower(header.getKey()), header.getValue()));
    head.tryComplete(new WireHead(answer.statusCode(), Map.copyOf(headers)));
  }

  private static String lower(String name) {
    return name.toLowerCase(Locale.ROOT);
  }

  private void give(Buffer piece) {
    Promise<Buffer> waiting = reading;
    if (waiting != null && failure == null) {
      reading = null;
      quiet();
      waiting.complete(piece);
    }
  }

  private void end() {
    if (failure != null) {
      return;
    }
    ended = true;
    vertx.cancelTimer(total);
    quiet();
    if (reading != null) {
      reading.complete(null);
    }
  }

  private void fail(ModelException cause) {
    if (failure != null || ended) {
      return;
    }
    failure = cause;
    vertx.cancelTimer(total);
    quiet();
    if (request != null) {
      request.reset();
    }
    head.tryFail(cause);
    if (reading != null) {
      reading.tryFail(cause);
    }
  }

  private void listen() {
    silence =
        vertx.setTimer(
            endpoint.silence().toMillis(), id -> timeout("nothing came for ", endpoint.silence()));
  }

  private void quiet() {
    vertx.cancelTimer(silence);
  }

  private void timeout(String what, Duration limit) {
    run(
        () ->
            fail(
                new ModelException(
                    ModelException.Kind.TIMEOUT,
                    endpoint.place() + ": " + what + limit.toSeconds() + " s")));
  }

  private ModelException broke(Throwable cause) {
    return dropped(endpoint, "the connection broke: ", cause);
  }

  private static ModelException dropped(Endpoint endpoint, String what, Throwable cause) {
    String detail = String.valueOf(cause.getMessage());
    return new ModelException(
        ModelException.Kind.DROPPED,
        endpoint.key().removeFrom(what + endpoint.place() + " (" + detail + ")"));
  }
}
