package ai.bharatbuild.agents.llm;

import ai.bharatbuild.agents.llm.wire.Endpoint;
import ai.bharatbuild.agents.llm.wire.Secret;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

/** A server on a free loopback port that gives one scripted answer after another. */
public final class ScriptedServer implements AutoCloseable {
  /** How long nothing may come. */
  static final Duration SILENCE = Duration.ofSeconds(15);

  private static final long WAIT_SECONDS = 20;

  /** What happens after an answer's pieces. */
  public enum Ending {
    END,
    /** The connection is closed in the middle of the body. */
    DROP,
    /** Nothing happens until the client goes away. */
    HANG,
    /** The pieces are repeated as long as the client takes them. */
    FLOOD
  }

  /**
   * @param status 0 for no head at all
   */
  public record Answer(
      int status, Map<String, String> headers, List<Buffer> pieces, Ending ending) {
    public static Answer events(List<String> events) {
      return new Answer(
          200,
          Map.of("content-type", "text/event-stream; charset=utf-8"),
          events.stream().map(Buffer::buffer).toList(),
          Ending.END);
    }

    public static Answer json(int status, String body) {
      return new Answer(
          status,
          Map.of("content-type", "application/json"),
          List.of(Buffer.buffer(body)),
          Ending.END);
    }

    public Answer header(String name, String value) {
      Map<String, String> more = new HashMap<>(headers);
      more.put(name, value);
      return new Answer(status, more, pieces, ending);
    }

    public Answer ending(Ending other) {
      return new Answer(status, headers, pieces, other);
    }

    /** The same bytes, one by one. */
    public Answer byteByByte() {
      Buffer all = Buffer.buffer();
      pieces.forEach(all::appendBuffer);
      List<Buffer> bytes =
          java.util.stream.IntStream.range(0, all.length())
              .mapToObj(i -> all.getBuffer(i, i + 1))
              .toList();
      return new Answer(status, headers, bytes, ending);
    }
  }

  /** What a client sent. */
  public record Received(String uri, Map<String, String> headers, String body) {}

  private final Queue<Answer> answers = new ConcurrentLinkedQueue<>();
  private final Queue<Received> received = new ConcurrentLinkedQueue<>();
  private final Set<HttpConnection> connections = ConcurrentHashMap.newKeySet();
  private final Promise<Void> left = Promise.promise();
  private final Promise<Void> stalled = Promise.promise();
  private final Promise<Void> arrived = Promise.promise();
  private final HttpServer server;
  private volatile long flooded;

  public ScriptedServer(Vertx vertx) {
    server =
        await(
            vertx
                .createHttpServer()
                .connectionHandler(connections::add)
                .requestHandler(this::serve)
                .listen(0, "127.0.0.1"));
  }

  public String base() {
    return "http://127.0.0.1:" + server.actualPort();
  }

  Endpoint endpoint(Dialect dialect, Secret key, Duration silence) {
    return new Endpoint(
        base(),
        dialect.keyHeader(),
        dialect.keyPrefix(),
        key,
        Duration.ofSeconds(5),
        silence,
        Duration.ofSeconds(60));
  }

  public ScriptedServer then(Answer answer) {
    answers.add(answer);
    return this;
  }

  public List<Received> received() {
    return List.copyOf(received);
  }

  public int connections() {
    return connections.size();
  }

  /** Completes when a client left an answer that hangs. */
  public Future<Void> left() {
    return left.future();
  }

  /** Completes when a client takes no more of a flood. */
  public Future<Void> stalled() {
    return stalled.future();
  }

  /** Completes when a request is there whole. */
  public Future<Void> arrived() {
    return arrived.future();
  }

  /** Breaks off whatever is being answered. */
  public void drop() {
    connections.forEach(HttpConnection::close);
  }

  public long flooded() {
    return flooded;
  }

  private void serve(HttpServerRequest request) {
    request
        .body()
        .onSuccess(
            body -> {
              Map<String, String> headers = new HashMap<>();
              request.headers().forEach(h -> headers.put(h.getKey().toLowerCase(), h.getValue()));
              received.add(
                  new Received(request.uri(), headers, body.toString(StandardCharsets.UTF_8)));
              arrived.tryComplete();
              Answer answer = answers.poll();
              if (answer == null) {
                request.response().setStatusCode(599).end("no answer is scripted");
              } else {
                answer(request, answer);
              }
            });
  }

  private void answer(HttpServerRequest request, Answer answer) {
    HttpServerResponse response = request.response();
    if (answer.ending() != Ending.END) {
      request.connection().closeHandler(v -> left.tryComplete());
    }
    if (answer.status() == 0) {
      return;
    }
    response.setStatusCode(answer.status()).setChunked(true);
    answer.headers().forEach(response::putHeader);
    Future<Void> written = response.writeHead();
    for (Buffer piece : answer.pieces()) {
      written = response.write(piece);
    }
    switch (answer.ending()) {
      case END -> response.end();
      case DROP -> written.onComplete(done -> request.connection().close());
      case FLOOD -> flood(response, answer.pieces().getLast());
      case HANG -> {}
    }
  }

  private void flood(HttpServerResponse response, Buffer piece) {
    while (!response.writeQueueFull()) {
      flooded += piece.length();
      response.write(piece);
    }
    response.drainHandler(v -> flood(response, piece));
    stalled.tryComplete();
  }

  @Override
  public void close() {
    await(server.close());
  }

  public static <T> T await(Future<T> future) {
    try {
      return future.toCompletionStage().toCompletableFuture().get(WAIT_SECONDS, TimeUnit.SECONDS);
    } catch (java.util.concurrent.ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException | java.util.concurrent.TimeoutException e) {
      throw new IllegalStateException(e);
    }
  }
}
