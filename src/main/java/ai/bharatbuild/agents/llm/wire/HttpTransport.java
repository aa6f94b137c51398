package ai.bharatbuild.agents.llm.wire;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;

/** Carries requests over HTTP/1.1, where ending an exchange ends its connection. */
public final class HttpTransport implements Transport {
  /** Connections to one provider; calls beyond them wait. */
  private static final int CONNECTIONS = 64;

  private final Vertx vertx;
  private final Endpoint endpoint;
  private final HttpClient client;

  public HttpTransport(Vertx vertx, Endpoint endpoint) {
    this.vertx = vertx;
    this.endpoint = endpoint;
    this.client =
        vertx.createHttpClient(
            new HttpClientOptions().setDecompressionSupported(true),
            new PoolOptions().setHttp1MaxSize(CONNECTIONS));
  }

  @Override
  public WireExchange send(WireRequest request) {
    RequestOptions options =
        new RequestOptions()
            .setMethod(HttpMethod.POST)
            .setAbsoluteURI(endpoint.base() + request.target())
            .setConnectTimeout(endpoint.connect().toMillis())
            .putHeader("content-type", "application/json")
            .putHeader("accept", request.stream() ? "text/event-stream" : "application/json");
    request.headers().forEach(options::putHeader);
    if (!endpoint.key().isEmpty()) {
      options.putHeader(endpoint.keyHeader(), endpoint.keyPrefix() + endpoint.key().reveal());
    }
    return HttpExchange.begin(vertx, endpoint, client.request(options), request.bytes());
  }

  @Override
  public Future<Void> close() {
    return client.close();
  }
}
