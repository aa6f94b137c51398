package ai.bharatbuild.preview;

import ai.bharatbuild.preview.PreviewTargets.Target;
import ai.bharatbuild.problem.ApiException;
import ai.bharatbuild.problem.Problem;
import io.vertx.core.Future;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One request to a preview: finds the app, connects, passes on, and says so when that fails. */
final class Exchange {
  private static final Logger LOG = LoggerFactory.getLogger(Exchange.class);
  private static final long CONNECT_MS = 5000;
  private static final Set<HttpMethod> REPEATABLE = Set.of(HttpMethod.GET, HttpMethod.HEAD);

  /** An app kept silent for too long. */
  static final class SilentException extends RuntimeException {
    private static final long serialVersionUID = 1;

    SilentException() {
      super("silent", null, false, false);
    }
  }

  /** A connection that may have been idle was closed before anything was answered on it. */
  static final class StaleException extends RuntimeException {
    private static final long serialVersionUID = 1;

    StaleException(Throwable cause) {
      super("closed before an answer", cause, false, false);
    }
  }

  private final PreviewProxy.Shared shared;
  private final HttpServerRequest request;
  private final PreviewHost host;
  private final Visitor visitor;
  private Target target;

  Exchange(PreviewProxy.Shared shared, HttpServerRequest request, PreviewHost host) {
    this.shared = shared;
    this.request = request;
    this.host = host;
    this.visitor = shared.door().visitor(request, host);
  }

  void run() {
    if (Framing.isWebSocket(request)) {
      reach()
          .compose(out -> new WebSocketPassage(shared, request).pass(out, redirects()))
          .onFailure(this::fail);
      return;
    }
    HttpPassage passage = new HttpPassage(shared, request);
    boolean repeatable = REPEATABLE.contains(request.method()) && !Framing.hasBody(request);
    reach()
        .compose(out -> passage.pass(out, redirects()))
        .recover(
            e ->
                e instanceof StaleException && repeatable && !request.response().closed()
                    ? reach().compose(out -> passage.pass(out, redirects()))
                    : Future.failedFuture(e))
        .onFailure(this::fail);
  }

  private Redirects redirects() {
    String origin = shared.settings().scheme() + "://" + request.getHeader(HttpHeaders.HOST);
    return new Redirects(origin, host, target, shared.urls());
  }

  /** A request to the app that nothing has been written to yet. */
  private Future<HttpClientRequest> reach() {
    return find(false)
        .compose(
            found ->
                connect(found)
                    .recover(refused -> find(true).compose(this::connect).recover(this::absent)));
  }

  private Future<Target> find(boolean refresh) {
    return Future.succeededFuture()
        .compose(v -> shared.targets().resolve(host.id(), visitor, host.port(), refresh));
  }

  private Future<HttpClientRequest> connect(Target found) {
    target = found;
    RequestOptions options =
        new RequestOptions()
            .setServer(SocketAddress.inetSocketAddress(found.port(), found.host()))
            .setConnectTimeout(Math.min(CONNECT_MS, shared.settings().silence().toMillis()));
    return shared
        .client()
        .request(options)
        .map(out -> out.putHeader(HttpHeaders.HOST, request.getHeader(HttpHeaders.HOST)))
        // Also told through the answer's future; without a handler it would be logged as an error.
        .map(out -> out.exceptionHandler(e -> LOG.trace("request to {} failed", host.id(), e)));
  }

  private <T> Future<T> absent(Throwable cause) {
    return Future.failedFuture(
        cause instanceof ApiException
            ? cause
            : ApiException.unavailable(
                "Nothing listens on port %d of the sandbox.".formatted(target.port())));
  }

  private void fail(Throwable cause) {
    shared.failures().answer(request, problem(cause));
  }

  private Problem problem(Throwable cause) {
    return switch (cause) {
      case ApiException known -> known(known.problem());
      case SilentException silent ->
          plain(
              504,
              "gateway_timeout",
              "The app took the request and has said nothing for %d s."
                  .formatted(Math.max(1, shared.settings().silence().toSeconds())));
      default -> {
        LOG.debug("preview of {} failed", host.id(), cause);
        yield plain(502, "bad_gateway", "The app's answer was broken or broke off.");
      }
    };
  }

  /** Whatever keeps an app from being found, a preview has only these answers for it. */
  private static Problem known(Problem problem) {
    boolean usual = Set.of(404, 410, 503).contains(problem.status());
    return usual ? problem : ApiException.unavailable(problem.detail()).problem();
  }

  private static Problem plain(int status, String code, String detail) {
    return new Problem(status, code, detail, null, null, null, null);
  }
}
