package ai.bharatbuild.agents.llm.replay;

import ai.bharatbuild.agents.llm.ModelException;
import ai.bharatbuild.agents.llm.wire.Secret;
import ai.bharatbuild.agents.llm.wire.Transport;
import ai.bharatbuild.agents.llm.wire.WireExchange;
import ai.bharatbuild.agents.llm.wire.WireHead;
import ai.bharatbuild.agents.llm.wire.WireRequest;
import ai.bharatbuild.json.Json;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes down what goes over another transport, each exchange when it is over. A recording that
 * cannot be written is told in the log and harms nothing. Safe on any thread.
 */
public final class RecordingTransport implements Transport {
  private static final Logger LOG = LoggerFactory.getLogger(RecordingTransport.class);
  private static final Set<String> HEADERS =
      Set.of(
          "content-type",
          "request-id",
          "x-request-id",
          "retry-after",
          "retry-after-ms",
          "x-should-retry");

  private final Vertx vertx;
  private final Transport transport;
  private final Path directory;
  private final Secret key;
  private final AtomicInteger numbers = new AtomicInteger();
  private final Set<Future<Void>> writing = ConcurrentHashMap.newKeySet();

  /**
   * @param directory is made when it is not there; a recording has one of its own
   * @param key is taken out of what is written
   */
  public RecordingTransport(Vertx vertx, Transport transport, Path directory, Secret key) {
    this.vertx = vertx;
    this.transport = transport;
    this.directory = directory;
    this.key = key;
  }

  @Override
  public WireExchange send(WireRequest request) {
    return new Exchange(numbers.incrementAndGet(), request, transport.send(request));
  }

  /** Completes when everything that ended is on disk. */
  public Future<Void> flush() {
    return Future.join(List.copyOf(writing)).mapEmpty();
  }

  @Override
  public Future<Void> close() {
    return transport.close().eventually(this::flush);
  }

  private void write(Recording recording) {
    String file = directory.resolve(recording.fileName()).toString();
    Future<Void> written =
        vertx
            .fileSystem()
            .mkdirs(directory.toString(), "rwx------")
            .compose(v -> vertx.fileSystem().createFile(file + ".part", "rw-------"))
            .compose(
                v -> vertx.fileSystem().writeFile(file + ".part", Json.encode(recording.toJson())))
            .compose(v -> vertx.fileSystem().move(file + ".part", file))
            .onFailure(e -> LOG.warn("an exchange could not be recorded: {}", e.getMessage()));
    writing.add(written);
    written.onComplete(done -> writing.remove(written));
  }

  private final class Exchange implements WireExchange {
    private final int number;
    private final WireRequest request;
    private final WireExchange exchange;
    private final List<Buffer> pieces = new ArrayList<>();
    private WireHead head;
    private boolean over;

    Exchange(int number, WireRequest request, WireExchange exchange) {
      this.number = number;
      this.request = request;
      this.exchange = exchange;
    }

    @Override
    public Future<WireHead> head() {
      return exchange.head().onSuccess(it -> head = it).onFailure(this::end);
    }

    @Override
    public Future<Buffer> read() {
      return exchange
          .read()
          .onSuccess(
              piece -> {
                if (piece == null) {
                  end(null);
                } else {
                  pieces.add(piece);
                }
              })
          .onFailure(this::end);
    }

    @Override
    public void cancel() {
      exchange.cancel();
      end(new ModelException(ModelException.Kind.CANCELLED, "The call was cancelled."));
    }

    private void end(Throwable cause) {
      if (over) {
        return;
      }
      over = true;
      ModelException failure =
          cause == null || cause instanceof ModelException
              ? (ModelException) cause
              : new ModelException(ModelException.Kind.DROPPED, String.valueOf(cause));
      write(new Recording(number, Canonical.form(request), kept(head), clean(pieces), failure));
    }
  }

  private static WireHead kept(WireHead head) {
    if (head == null) {
      return null;
    }
    Map<String, String> headers = new HashMap<>(head.headers());
    headers.keySet().retainAll(HEADERS);
    return new WireHead(head.status(), Map.copyOf(headers));
  }

  /** A provider may repeat the key in what it says, and may cut it anywhere. */
  private List<Buffer> clean(List<Buffer> pieces) {
    Buffer all = Buffer.buffer();
    pieces.forEach(all::appendBuffer);
    String said = all.toString(StandardCharsets.ISO_8859_1);
    String cleaned = key.removeFrom(said);
    return cleaned.equals(said)
        ? List.copyOf(pieces)
        : List.of(Buffer.buffer(cleaned.getBytes(StandardCharsets.ISO_8859_1)));
  }
}
