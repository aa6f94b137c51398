package ai.bharatbuild.preview;

import ai.bharatbuild.config.Settings;
import ai.bharatbuild.http.HttpVerticle;
import ai.bharatbuild.preview.PreviewTargets.Target;
import ai.bharatbuild.problem.ApiException;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.SocketAddress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * The real HTTP server with previews on a free port, and apps on loopback ports that stand for
 * those in sandboxes. Everything goes over sockets.
 */
final class PreviewFixture implements AutoCloseable {
  static final String SUFFIX = "preview.localhost";
  static final String ANCESTORS = "'self' http://workbench.test";
  private static final long WAIT_SECONDS = 20;

  final Vertx vertx = Vertx.vertx();
  final HttpClient client = vertx.createHttpClient();
  final Map<String, Target> targets = new ConcurrentHashMap<>();
  final Map<String, Target> afterRefresh = new ConcurrentHashMap<>();
  final Queue<String> resolutions = new ConcurrentLinkedQueue<>();
  final PreviewUrls urls = new PreviewUrls(SUFFIX, this::port);
  private final HttpVerticle front;

  PreviewFixture(Duration silence) {
    Settings.Preview settings = new Settings.Preview(SUFFIX, silence, ANCESTORS);
    front =
        new HttpVerticle(
            new Settings.Http("127.0.0.1", 0, 1, List.of(), 1 << 20),
            List.of(new PreviewRoutes(urls)),
            PreviewProxy.hostHandler(settings, this::resolve, urls));
    await(vertx.deployVerticle(front));
  }

  int port() {
    return front.port();
  }

  private Future<Target> resolve(String id, Integer port, boolean refresh) {
    resolutions.add(id + ":" + port + ":" + refresh);
    Target target = (refresh && afterRefresh.containsKey(id) ? afterRefresh : targets).get(id);
    return target == null
        ? Future.failedFuture(ApiException.notFound("Workspace " + id))
        : Future.succeededFuture(target);
  }

  /** Starts an app and makes it the one of that workspace. Returns its port. */
  int app(String id, Handler<HttpServerRequest> handler) {
    return app(id, handler, null);
  }

  int app(String id, Handler<HttpServerRequest> handler, Handler<ServerWebSocket> sockets) {
    var server = vertx.createHttpServer(new HttpServerOptions().setHost("127.0.0.1").setPort(0));
    server.requestHandler(handler);
    if (sockets != null) {
      server.webSocketHandler(sockets);
    }
    int port = await(server.listen()).actualPort();
    targets.put(id, new Target("127.0.0.1", port));
    return port;
  }

  /** An app that speaks, or fails to speak, HTTP by hand. */
  int rawApp(String id, Handler<NetSocket> handler) {
    int port =
        await(vertx.createNetServer().connectHandler(handler).listen(0, "127.0.0.1")).actualPort();
    targets.put(id, new Target("127.0.0.1", port));
    return port;
  }

  String authority(String label) {
    return label + "." + SUFFIX + ":" + port();
  }

  Answer get(String label, String uri, String... headers) {
    return send(HttpMethod.GET, label, uri, null, headers);
  }

  Answer send(HttpMethod method, String label, String uri, String... headers) {
    return send(method, label, uri, null, headers);
  }

  /** One exchange; the body may be null. */
  Answer send(HttpMethod method, String label, String uri, Buffer body, String... headers) {
    RequestOptions options =
        new RequestOptions()
            .setMethod(method)
            .setServer(SocketAddress.inetSocketAddress(port(), "127.0.0.1"))
            .setHost(label + "." + SUFFIX)
            .setPort(port())
            .setURI(uri);
    for (int i = 0; i < headers.length; i += 2) {
      options.addHeader(headers[i], headers[i + 1]);
    }
    return onContext(
        () ->
            client
                .request(options)
                .compose(out -> body == null ? out.send() : out.send(body))
                .compose(
                    in ->
                        in.body()
                            .map(b -> new Answer(in.statusCode(), in.headers(), b.toString()))));
  }

  /** Runs it on an event loop: from other threads, handlers could be set too late. */
  <T> T onContext(Supplier<Future<T>> work) {
    Promise<T> done = Promise.promise();
    vertx.getOrCreateContext().runOnContext(v -> work.get().onComplete(done));
    return await(done.future());
  }

  record Answer(int status, MultiMap headers, String body) {}

  Socket socket() {
    try {
      Socket socket = new Socket("127.0.0.1", port());
      socket.setSoTimeout((int) TimeUnit.SECONDS.toMillis(WAIT_SECONDS));
      return socket;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Sends these bytes and returns everything until the server hangs up. */
  String raw(String bytes) {
    try (Socket socket = socket()) {
      socket.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static <T> T await(Future<T> future) {
    try {
      return future.toCompletionStage().toCompletableFuture().get(WAIT_SECONDS, TimeUnit.SECONDS);
    } catch (java.util.concurrent.ExecutionException e) {
      throw new AssertionError(e.getCause());
    } catch (InterruptedException | java.util.concurrent.TimeoutException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    await(vertx.close());
  }
}
