package ai.bharatbuild.sandbox.docker;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.SocketAddress;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * The engine's API over its Unix socket without blocking, for what must be fast or streams. Futures
 * complete on the caller's context; their failures are those of {@link EngineErrors}.
 */
final class EngineHttp {
  private static final long ANSWER_SECONDS = 30;
  private static final long CONNECT_MS = 5_000;
  private static final int MAX_STREAMS = 4096;
  private static final int MAX_CALLS = 64;
  private static final int MAX_WAITING = 4096;
  private static final int READ_BYTES = 1 << 16;

  private final SocketAddress socket;
  private final HttpClient calls;
  private final HttpClient streams;

  EngineHttp(Vertx vertx, Path socket) {
    this.socket = SocketAddress.domainSocketAddress(socket.toString());
    this.calls = client(vertx, MAX_CALLS, true);
    // A stream's request never ends, so another on the same connection would be part of its body.
    this.streams = client(vertx, MAX_STREAMS, false);
  }

  private static HttpClient client(Vertx vertx, int connections, boolean keepAlive) {
    HttpClientOptions options =
        new HttpClientOptions().setMaxChunkSize(READ_BYTES).setMetricsName("docker");
    PoolOptions pool =
        new PoolOptions().setHttp1MaxSize(connections).setMaxWaitQueueSize(MAX_WAITING);
    return vertx.createHttpClient(options, pool);
  }

  Future<JsonObject> get(String path) {
    return json(request(calls, HttpMethod.GET, path), HttpClientRequest::send);
  }

  Future<JsonObject> post(String path, JsonObject body) {
    return json(
        request(calls, HttpMethod.POST, path),
        request ->
            request.putHeader(HttpHeaders.CONTENT_TYPE, "application/json").send(body.toBuffer()));
  }

  /** A long answer of which the caller reads what comes; it is paused. */
  Future<EngineStream> follow(String path) {
    return checked(
        request(streams, HttpMethod.GET, path).compose(request -> stream(request, request.end())));
  }

  /**
   * Posts and then keeps the connection as a stream of bytes in both directions.
   *
   * <p>The engine takes the connection over after the announced body, and answers without a length
   * unless it was asked to upgrade: to HTTP that is a body that lasts until the connection closes.
   * What is written after the answer came is outside of any body and goes out unchanged. An upgrade
   * in due form is no alternative, as the client takes one only in answer to a GET.
   */
  Future<EngineStream> hijack(String path, JsonObject body) {
    Buffer json = body.toBuffer();
    return checked(
        request(streams, HttpMethod.POST, path)
            .compose(
                request ->
                    stream(
                        request
                            .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                            .putHeader(HttpHeaders.CONTENT_LENGTH, Integer.toString(json.length())),
                        request.write(json))));
  }

  private static Future<EngineStream> stream(HttpClientRequest request, Future<Void> sent) {
    return sent.compose(v -> request.response())
        .timeout(ANSWER_SECONDS, TimeUnit.SECONDS)
        .compose(EngineHttp::successful)
        .map(response -> new EngineStream(request, response))
        .onFailure(e -> request.connection().close());
  }

  Future<Void> close() {
    return Future.join(calls.close(), streams.close()).mapEmpty();
  }

  private Future<HttpClientRequest> request(HttpClient client, HttpMethod method, String path) {
    RequestOptions options =
        new RequestOptions()
            .setServer(socket)
            .setHost("docker")
            .setPort(80)
            .setMethod(method)
            .setConnectTimeout(CONNECT_MS)
            .setURI(path);
    // Failures are seen in the answer; without a handler here they would be logged as well.
    return client.request(options).map(request -> request.exceptionHandler(e -> {}));
  }

  private static Future<JsonObject> json(
      Future<HttpClientRequest> request,
      Function<HttpClientRequest, Future<HttpClientResponse>> send) {
    return checked(
        request
            .map(ready -> ready.idleTimeout(TimeUnit.SECONDS.toMillis(ANSWER_SECONDS)))
            .compose(send)
            .compose(EngineHttp::successful)
            .compose(HttpClientResponse::body)
            .map(body -> body.length() == 0 ? new JsonObject() : body.toJsonObject()));
  }

  private static Future<HttpClientResponse> successful(HttpClientResponse response) {
    if (response.statusCode() / 100 == 2) {
      return Future.succeededFuture(response);
    }
    return response
        .body()
        .compose(
            body ->
                Future.failedFuture(EngineErrors.ofStatus(response.statusCode(), body.toString())));
  }

  private static <T> Future<T> checked(Future<T> answer) {
    return answer.recover(e -> Future.failedFuture(EngineErrors.of(e)));
  }
}
