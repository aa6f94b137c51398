package ai.bharatbuild.preview;

import io.netty.channel.ChannelPipeline;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.net.NetSocket;

/**
 * Passes a WebSocket handshake to an app and, once the app has agreed, every byte both ways, each
 * side no faster than the other takes it. Frames are not looked into, so that compression, ping and
 * close codes are the two ends' own affair.
 */
final class WebSocketPassage {
  private static final String IDLE_HANDLER = "idle";
  private final PreviewProxy.Shared shared;
  private final HttpServerRequest request;
  private final HttpServerResponse response;

  WebSocketPassage(PreviewProxy.Shared shared, HttpServerRequest request) {
    this.shared = shared;
    this.request = request;
    this.response = request.response();
  }

  /** Fails as long as nothing has been answered. */
  Future<Void> pass(HttpClientRequest out, Redirects redirects) {
    if (response.closed()) {
      out.reset();
      return Future.succeededFuture();
    }
    MultiMap headers = MultiMap.caseInsensitiveMultiMap().addAll(request.headers());
    RequestHeaders.clean(headers, request, shared.settings().scheme());
    out.setMethod(HttpMethod.GET).setURI(RequestTarget.encoded(request.uri()));
    out.headers().addAll(headers.remove(HttpHeaders.HOST));
    upgrade(out.headers());
    Promise<HttpClientResponse> head = Promise.promise();
    Silence silence =
        Silence.watch(
            shared.vertx(),
            shared.settings().silence(),
            null,
            () -> {
              head.tryFail(new Exchange.SilentException());
              out.reset();
            });
    response.exceptionHandler(gone -> out.reset());
    out.connect()
        .onComplete(
            answer -> {
              answer.pause();
              head.tryComplete(answer);
            },
            head::tryFail);
    return head.future()
        .onComplete(any -> silence.end())
        .compose(answer -> answer(answer, out, redirects));
  }

  private Future<Void> answer(
      HttpClientResponse answer, HttpClientRequest out, Redirects redirects) {
    MultiMap headers = MultiMap.caseInsensitiveMultiMap().addAll(answer.headers());
    boolean agreed = answer.statusCode() == 101 && Framing.isWebSocket(headers);
    ResponseHeaders.clean(headers, shared.settings().frameAncestors(), redirects);
    if (answer.statusCode() < 200 && !agreed) {
      out.connection().close();
      return Future.failedFuture("interim answer " + answer.statusCode());
    }
    if (!agreed) {
      Relay.untilClose(answer, headers, request).onComplete(done -> out.connection().close());
      return Future.succeededFuture();
    }
    upgrade(headers);
    response.setStatusCode(101).headers().addAll(headers);
    NetSocket app = answer.netSocket();
    request
        .toNetSocket()
        .onComplete(client -> join(client, app, out), gone -> out.connection().close());
    return Future.succeededFuture();
  }

  private static void upgrade(MultiMap headers) {
    headers.set(HttpHeaders.CONNECTION, "Upgrade").set(HttpHeaders.UPGRADE, "websocket");
  }

  private static void join(NetSocket client, NetSocket app, HttpClientRequest out) {
    neverIdle(client);
    // Pipes are made before either is started: they take note of an end that comes early.
    var down = app.pipe().endOnComplete(false);
    var up = client.pipe().endOnComplete(false);
    down.to(client)
        .onComplete(
            done -> {
              client.close();
              out.connection().close();
            });
    up.to(app)
        .onComplete(
            done -> {
              app.close();
              client.close();
            });
  }

  /**
   * The server hangs up on connections that carry nothing for some minutes. A hot-reload socket
   * does just that while nobody edits, and its page would reload.
   */
  private static void neverIdle(NetSocket client) {
    ChannelPipeline pipeline = ((NetSocketInternal) client).channelHandlerContext().pipeline();
    if (pipeline.get(IDLE_HANDLER) != null) {
      pipeline.remove(IDLE_HANDLER);
    }
  }
}
