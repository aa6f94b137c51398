package ai.bharatbuild.preview;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.httpproxy.Body;
import io.vertx.httpproxy.ProxyRequest;
import io.vertx.httpproxy.ProxyResponse;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Passes an ordinary request to an app and the answer back, both as they come. The proxy library
 * moves the bodies; the rest of what a public proxy owes its two sides is done around it.
 */
final class HttpPassage {
  private final PreviewProxy.Shared shared;
  private final HttpServerRequest request;
  private final HttpServerResponse response;
  private final ProxyRequest proxied;
  private final Upload upload;
  private boolean awaitsContinue;
  private Silence silence;

  /** Takes the request over; its body waits until there is an app to take it. */
  HttpPassage(PreviewProxy.Shared shared, HttpServerRequest request) {
    this.shared = shared;
    this.request = request;
    this.response = request.response();
    this.proxied = ProxyRequest.reverseProxy(request);
    if (Framing.hasBody(request)) {
      Body body = proxied.getBody();
      upload = new Upload(body.stream());
      proxied.setBody(Body.body(upload, body.length(), body.mediaType()));
    } else {
      upload = null;
      proxied.setBody(null);
      request.resume();
    }
    proxied.setURI(RequestTarget.encoded(request.uri()));
    RequestHeaders.clean(proxied.headers(), request, shared.settings().scheme());
    awaitsContinue = upload != null && proxied.headers().contains(HttpHeaders.EXPECT);
  }

  /** Fails only as long as nothing has been answered; later failures break the answer off. */
  Future<Void> pass(HttpClientRequest out, Redirects redirects) {
    if (response.closed()) {
      out.reset();
      return Future.succeededFuture();
    }
    Promise<ProxyResponse> head = Promise.promise();
    silence =
        Silence.watch(
            shared.vertx(),
            shared.settings().silence(),
            upload,
            () -> {
              head.tryFail(new Exchange.SilentException());
              out.reset();
            });
    if (awaitsContinue) {
      out.continueHandler(v -> letContinue());
    }
    if (upload != null) {
      upload.to(out);
    }
    List<String> caching = new ArrayList<>();
    // The library fails on directives that it cannot parse, such as a max-age beyond an int, and on
    // "public" beside an "Expires: 0"; it does not need to see them.
    out.response()
        .onSuccess(
            answer -> {
              caching.addAll(answer.headers().getAll(HttpHeaders.CACHE_CONTROL));
              answer.headers().remove(HttpHeaders.CACHE_CONTROL);
            });
    proxied.send(out).onComplete(head::tryComplete, e -> head.tryFail(stale(e)));
    return head.future()
        .onComplete(any -> silence.end())
        .compose(
            answer -> {
              caching.forEach(value -> answer.headers().add(HttpHeaders.CACHE_CONTROL, value));
              return answer(answer, out, redirects);
            });
  }

  private void letContinue() {
    if (!response.headWritten() && !response.closed()) {
      awaitsContinue = false;
      response.writeContinue();
    }
  }

  private Future<Void> answer(ProxyResponse answer, HttpClientRequest out, Redirects redirects) {
    if (answer.getStatusCode() < 200) {
      // Nothing was asked that 101 could answer, and other interim answers are not final ones.
      answer.proxiedResponse().exceptionHandler(reset -> {});
      out.reset();
      return Future.failedFuture("interim answer " + answer.getStatusCode());
    }
    ResponseHeaders.clean(answer.headers(), shared.settings().frameAncestors(), redirects);
    if (awaitsContinue) {
      // The client may now leave its body out, and then what follows could be anything.
      answer.headers().set(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
    }
    Future<Void> sent =
        request.version() == HttpVersion.HTTP_1_0 && answer.getBody().length() < 0
            ? Relay.untilClose(answer.proxiedResponse(), answer.headers(), request)
            : answer.send();
    return sent.transform(
        done -> {
          if (done.failed() && !response.headWritten()) {
            out.reset();
            return Future.failedFuture(done.cause());
          }
          settle(out);
          return Future.succeededFuture();
        });
  }

  /** The answer is out; what is left of the upload may take its time, but not stand still. */
  private void settle(HttpClientRequest out) {
    if (request.isEnded() || response.closed()) {
      return;
    }
    if (awaitsContinue) {
      shared.failures().hangUp(request);
      return;
    }
    silence =
        Silence.watch(
            shared.vertx(),
            shared.settings().silence(),
            upload,
            () -> {
              if (!request.isEnded()) {
                out.reset();
                request.connection().close();
              }
            });
    request.connection().closeHandler(v -> silence.end());
  }

  private static Throwable stale(Throwable cause) {
    boolean closed = cause instanceof HttpClosedException || cause instanceof IOException;
    return closed ? new Exchange.StaleException(cause) : cause;
  }
}
