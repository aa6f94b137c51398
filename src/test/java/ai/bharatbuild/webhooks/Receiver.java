package ai.bharatbuild.webhooks;

import ai.bharatbuild.events.Heard;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;

/** Somebody's server that webhooks are sent to. */
public final class Receiver implements AutoCloseable {
  /** A request as it came; header names in lower case. */
  public record Got(String path, Map<String, String> headers, Buffer body) {
    public String header(String name) {
      return headers.get(name.toLowerCase());
    }
  }

  public final Heard<Got> got = new Heard<>();
  private final HttpServer server;
  private volatile BiConsumer<Got, HttpServerRequest> answer =
      (got, request) -> request.response().setStatusCode(204).end();

  public Receiver(Vertx vertx) throws Exception {
    server =
        vertx
            .createHttpServer()
            .requestHandler(
                request ->
                    request
                        .body()
                        .onSuccess(
                            body -> {
                              Map<String, String> headers = new TreeMap<>();
                              request
                                  .headers()
                                  .forEach(
                                      entry ->
                                          headers.put(
                                              entry.getKey().toLowerCase(), entry.getValue()));
                              Got it = new Got(request.uri(), headers, body);
                              got.add(it);
                              answer.accept(it, request);
                            }))
            .listen(0, "127.0.0.1")
            .await(30, TimeUnit.SECONDS);
  }

  public String url(String path) {
    return "http://127.0.0.1:" + server.actualPort() + path;
  }

  /** From now on requests are answered so. */
  public void answering(BiConsumer<Got, HttpServerRequest> how) {
    answer = how;
  }

  public void answering(int status) {
    answering((got, request) -> request.response().setStatusCode(status).end());
  }

  @Override
  public void close() throws TimeoutException {
    server.close().await(30, TimeUnit.SECONDS);
  }
}
