package ai.bharatbuild.preview;

import ai.bharatbuild.config.Settings;
import ai.bharatbuild.http.HttpVerticle;
import ai.bharatbuild.problem.Problem;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.PoolOptions;

/**
 * The origins of previews: passes what is sent to {@code <id>.<suffix>} on to the app that runs in
 * the sandbox of that workspace. One instance, with its own connections to apps, for each event
 * loop.
 */
public final class PreviewProxy implements Handler<HttpServerRequest> {
  /** Streams and WebSockets each hold a connection for as long as they live. */
  private static final int CONNECTIONS_PER_APP = 512;

  /** Shorter than most development servers keep idle connections, so that ours end first. */
  private static final int KEEP_ALIVE_SECONDS = 4;

  private static final int MAX_HEADER_BYTES = 64 << 10;

  /** What all exchanges of one event loop share. */
  record Shared(
      Vertx vertx,
      HttpClient client,
      PreviewTargets targets,
      Settings.Preview settings,
      PreviewUrls urls,
      Failures failures,
      Doorkeeper door) {}

  private final Shared shared;

  private PreviewProxy(
      Vertx vertx,
      Settings.Preview settings,
      PreviewTargets targets,
      PreviewUrls urls,
      PreviewTickets tickets) {
    HttpClientOptions options =
        new HttpClientOptions()
            .setMetricsName("preview")
            .setKeepAliveTimeout(KEEP_ALIVE_SECONDS)
            .setMaxHeaderSize(MAX_HEADER_BYTES)
            .setMaxInitialLineLength(MAX_HEADER_BYTES)
            .setTcpNoDelay(true);
    HttpClient client =
        vertx.createHttpClient(options, new PoolOptions().setHttp1MaxSize(CONNECTIONS_PER_APP));
    Failures failures = new Failures(vertx, settings.frameAncestors());
    this.shared =
        new Shared(
            vertx, client, targets, settings, urls, failures, new Doorkeeper(tickets, settings));
  }

  /**
   * What the HTTP server needs to send requests for previews here and not to the API.
   *
   * @param tickets what lets visitors in; null where everybody may see everything
   */
  public static HttpVerticle.HostHandler hostHandler(
      Settings.Preview settings, PreviewTargets targets, PreviewUrls urls, PreviewTickets tickets) {
    return new HttpVerticle.HostHandler(
        request ->
            request.authority() != null
                && PreviewHost.isUnder(settings.suffix(), request.authority().host()),
        vertx -> new PreviewProxy(vertx, settings, targets, urls, tickets));
  }

  @Override
  public void handle(HttpServerRequest request) {
    String objection = Framing.objection(request);
    if (objection != null) {
      refuse(request, 400, "bad_request", objection);
      return;
    }
    PreviewHost.parse(shared.settings().suffix(), request.authority().host())
        .ifPresentOrElse(
            host -> receive(request, host),
            () -> refuse(request, 404, "not_found", "This address names no workspace."));
  }

  private void receive(HttpServerRequest request, PreviewHost host) {
    if (shared.door().bringsTicket(request)) {
      shared.door().exchange(request, host, shared.failures());
    } else {
      new Exchange(shared, request, host).run();
    }
  }

  private void refuse(HttpServerRequest request, int status, String code, String detail) {
    shared.failures().answer(request, new Problem(status, code, detail, null, null, null, null));
  }
}
