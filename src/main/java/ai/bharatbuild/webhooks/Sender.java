package ai.bharatbuild.webhooks;

import ai.bharatbuild.webhooks.Deliveries.Claimed;
import ai.bharatbuild.webhooks.Deliveries.Outcome;
import ai.bharatbuild.webhooks.Targets.Refused;
import ai.bharatbuild.webhooks.Targets.Target;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import java.net.ConnectException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;

/**
 * Makes one attempt: over a connection of its own to the address that was checked, with the host's
 * name for TLS and the Host header, following no redirect and reading no body.
 */
final class Sender {
  private static final int OK = 200;
  private static final int REDIRECT = 300;
  private static final int CLIENT_ERROR = 400;
  private static final String UNSIGNED =
      "The server cannot read the webhook's secret; replace it (POST /webhooks/{id}/secret).";
  private static final Duration CONNECT = Duration.ofSeconds(5);

  private final HttpClient client;
  private final Targets targets;
  private final InstantSource clock;
  private final Duration timeout;

  /**
   * @param timeout from the connection to the head of the answer
   */
  Sender(Vertx vertx, Targets targets, InstantSource clock, Duration timeout) {
    this.client =
        vertx.createHttpClient(
            new HttpClientOptions()
                .setKeepAlive(false)
                .setVerifyHost(true)
                .setConnectTimeout((int) CONNECT.toMillis()));
    this.targets = targets;
    this.clock = clock;
    this.timeout = timeout;
  }

  /** Never fails: how it went is the result. */
  Future<Outcome> send(Claimed claimed) {
    Instant begun = clock.instant();
    if (claimed.secrets().isEmpty()) {
      return Future.succeededFuture(new Outcome(begun, 0, null, UNSIGNED));
    }
    long start = System.nanoTime();
    return targets
        .resolve(claimed.url())
        .compose(target -> post(target, claimed))
        .timeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
        .transform(
            done ->
                Future.succeededFuture(
                    new Outcome(
                        begun,
                        (int) TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start),
                        done.succeeded() ? done.result() : null,
                        done.succeeded() ? wrong(done.result()) : describe(done.cause()))));
  }

  private Future<Integer> post(Target target, Claimed claimed) {
    Buffer body = Buffer.buffer(claimed.payload());
    RequestOptions options =
        new RequestOptions()
            .setMethod(HttpMethod.POST)
            .setServer(
                SocketAddress.inetSocketAddress(target.port(), target.address().getHostAddress()))
            .setHost(target.host())
            .setPort(target.port())
            .setSsl(target.tls())
            .setURI(target.path())
            .setFollowRedirects(false)
            .setConnectTimeout(CONNECT.toMillis())
            .setTimeout(timeout.toMillis())
            .putHeader("Content-Type", "application/json")
            .putHeader("User-Agent", "BharatBuild-Webhooks/1")
            .putHeader("X-BharatBuild-Event", claimed.eventType())
            .putHeader("X-BharatBuild-Delivery", claimed.id().toString())
            .putHeader(
                Signature.HEADER, Signature.header(claimed.secrets(), clock.instant(), body));
    return client.request(options).compose(request -> answer(request, body));
  }

  /** Only the status is wanted; a body without end is cut off with the connection. */
  private static Future<Integer> answer(HttpClientRequest request, Buffer body) {
    return request
        .send(body)
        .map(
            response -> {
              int status = response.statusCode();
              response.pause();
              request.connection().close();
              return status;
            });
  }

  private static String wrong(int status) {
    if (status >= OK && status < REDIRECT) {
      return null;
    }
    return status >= REDIRECT && status < CLIENT_ERROR
        ? "It answered %d; redirects are not followed.".formatted(status)
        : "It answered %d.".formatted(status);
  }

  /** In words for the endpoint's owner, without what only the server's operator should see. */
  private static String describe(Throwable cause) {
    return switch (cause) {
      case Refused e -> e.getMessage();
      case TimeoutException e -> "It did not answer in time.";
      case ConnectException e -> "The connection was refused or could not be made.";
      case SSLException e -> "TLS failed; look at the certificate and its name.";
      default -> "The connection failed.";
    };
  }

  Future<Void> close() {
    return client.close();
  }
}
