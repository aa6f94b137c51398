package ai.bharatbuild;

import ai.bharatbuild.agents.work.Workspace;
import ai.bharatbuild.bus.Bus;
import ai.bharatbuild.sandbox.ContainerMessages;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/** Asks what listens in sandboxes whether it is there, from outside, as a preview does. */
final class Probes {
  private static final int BODY = 8 << 10;

  private final Bus bus;
  private final int shards;
  private final Vertx vertx;
  private final HttpClient client;

  Probes(Vertx vertx, Bus bus, int shards) {
    this.vertx = vertx;
    this.bus = bus;
    this.shards = shards;
    // Each question has a connection of its own: another process may listen by the next.
    this.client =
        vertx.createHttpClient(
            new HttpClientOptions()
                .setKeepAlive(false)
                .setDecompressionSupported(true)
                .setMaxHeaderSize(16 << 10));
  }

  Future<Optional<Workspace.Answer>> get(
      String job, String owner, int port, String path, Duration limit) {
    return bus.ask(
            ContainerMessages.LOCATE,
            Bus.shardOf(job, shards),
            new ContainerMessages.Locate(job, owner, false, port, true))
        .compose(
            located ->
                located.state().equals("running")
                    ? get(located.address(), located.port(), path, limit)
                    : Future.succeededFuture(Optional.<Workspace.Answer>empty()))
        .otherwise(Optional.empty());
  }

  private Future<Optional<Workspace.Answer>> get(
      String address, int port, String path, Duration limit) {
    Promise<Optional<Workspace.Answer>> answer = Promise.promise();
    long timer = vertx.setTimer(limit.toMillis(), id -> answer.tryComplete(Optional.empty()));
    client
        .request(
            new RequestOptions()
                .setMethod(HttpMethod.GET)
                .setHost(address)
                .setPort(port)
                .setURI(path)
                .putHeader("Host", "localhost:" + port)
                .putHeader("Accept", "*/*")
                .setConnectTimeout(limit.toMillis()))
        .compose(
            request -> {
              answer.future().onComplete(v -> request.reset());
              return request.send();
            })
        .onComplete(response -> read(response, answer), e -> answer.tryComplete(Optional.empty()));
    return answer.future().onComplete(v -> vertx.cancelTimer(timer));
  }

  /** The beginning of a body is enough; one that never ends is cut off. */
  private static void read(
      HttpClientResponse response, Promise<Optional<Workspace.Answer>> answer) {
    Buffer body = Buffer.buffer();
    Runnable done = () -> answer.tryComplete(Optional.of(answer(response, body)));
    response.handler(
        part -> {
          body.appendBuffer(part, 0, Math.min(part.length(), BODY - body.length()));
          if (body.length() >= BODY) {
            done.run();
          }
        });
    response.endHandler(v -> done.run());
    response.exceptionHandler(e -> answer.tryComplete(Optional.empty()));
  }

  private static Workspace.Answer answer(HttpClientResponse response, Buffer body) {
    return new Workspace.Answer(
        response.statusCode(),
        response.getHeader("Content-Type"),
        body.toString(StandardCharsets.UTF_8));
  }
}
