package ai.bharatbuild.preview;

import ai.bharatbuild.config.Settings;
import ai.bharatbuild.http.Access;
import ai.bharatbuild.http.Contract;
import ai.bharatbuild.http.HttpVerticle;
import ai.bharatbuild.http.Operations;
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
  static final int SOCKET_BUFFER = 64 << 10;
  static final String SUFFIX = "preview.localhost";
  static final String OWNER = "6f1f9b54-5a1b-4f0e-8b58-6a1f1e1c0b11";
  static final String ANCESTORS = "'self' http://workbench.test";
  private static final long WAIT_SECONDS = 20;

  final Vertx vertx = Vertx.vertx();
  final HttpClient client = vertx.createHttpClient();
  final Map<String, Target> targets = new ConcurrentHashMap<>();
  final Map<String, Target> afterRefresh = new ConcurrentHashMap<>();
  final Queue<String> resolutions = new ConcurrentLinkedQueue<>();
  final Queue<Visitor> visitors = new ConcurrentLinkedQueue<>();
  final PreviewUrls urls;
  private final HttpVerticle front;

  PreviewFixture(Duration silence) {
    this(silence, null, "Lax");
  }

  /**
   * @param tickets null where everybody may see everything
   */
  PreviewFixture(Duration silence, PreviewTickets tickets, String sameSite) {
    urls = new PreviewUrls(SUFFIX, "http", this::port, tickets);
    Settings.Preview settings =
        new Settings.Preview(
            SUFFIX,
            silence,
            ANCESTORS,
            Duration.ofMinutes(10),
            Duration.ofHours(12),
            sameSite,
            "http",
            0);
    front =
        new HttpVerticle(
            new Settings.Http("127.0.0.1", 0, 1, List.of(), 1 << 20),
            Access.local(Operations.of(Contract.load())),
            List.of(new PreviewRoutes(urls)),
            PreviewProxy.hostHandler(settings, this::resolve, urls, tickets));
    await(vertx.deployVerticle(front));
  }

  int port() {
    return front.port();
  }

  private Future<Target> resolve(String id, Visitor visitor, Integer port, boolean refresh) {
    visitors.add(visitor);
    if (!visitor.all() && !OWNER.equals(visitor.owner()) && !id.startsWith("public")) {
      return Future.failedFuture(ApiException.notFound("Workspace " + id));
    }
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
    var server =
        vertx.createHttpServer(
            new HttpServerOptions()
                .setHost("127.0.0.1")
                .setPort(0)
                .setSendBufferSize(SOCKET_BUFFER));
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
