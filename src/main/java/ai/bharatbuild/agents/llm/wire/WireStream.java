package ai.bharatbuild.agents.llm.wire;

import ai.bharatbuild.agents.llm.ModelEvent;
import ai.bharatbuild.agents.llm.ModelException;
import ai.bharatbuild.agents.llm.ModelRequest;
import ai.bharatbuild.agents.llm.ModelStream;
import ai.bharatbuild.agents.llm.RequestCheck;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayDeque;
import java.util.Deque;

/** One answer, read from the wire as it is asked for. Its state belongs to one context. */
final class WireStream implements ModelStream {
  /** Most that one event may take; an answer's tool call may be a whole file in one event. */
  private static final int MAX_EVENT = 4 << 20;

  /** What may still come after the last event, so that the connection can be used again. */
  private static final int MAX_REST = 64 << 10;

  private final WireModel model;
  private final ModelRequest request;
  private final Context context;
  private final Deque<ModelEvent> ready = new ArrayDeque<>();
  private final SseParser parser = new SseParser(MAX_EVENT);
  private WireExchange exchange;
  private EventReader reader;
  private ModelException failure;
  private boolean asked;
  private boolean over;

  WireStream(Vertx vertx, WireModel model, ModelRequest request) {
    this.model = model;
    this.request = request;
    this.context = vertx.getOrCreateContext();
    context.runOnContext(v -> begin());
  }

  @Override
  public Future<ModelEvent> next() {
    Promise<ModelEvent> promise = Promise.promise();
    context.runOnContext(
        v -> {
          if (asked) {
            promise.fail(new IllegalStateException("one event at a time"));
          } else {
            asked = true;
            advance(promise);
          }
        });
    return promise.future();
  }

  @Override
  public void cancel() {
    context.runOnContext(
        v -> {
          if (!over && failure == null) {
            fail(new ModelException(ModelException.Kind.CANCELLED, "The call was cancelled."));
          }
        });
  }

  private void begin() {
    if (failure != null) {
      return;
    }
    try {
      RequestCheck.check(request);
      exchange = model.transport().send(model.protocol().answer(request));
    } catch (RuntimeException e) {
      fail(e);
    }
  }

  private void advance(Promise<ModelEvent> promise) {
    if (!ready.isEmpty()) {
      asked = false;
      promise.complete(ready.poll());
    } else if (failure != null) {
      asked = false;
      promise.fail(failure);
    } else if (over) {
      asked = false;
      promise.complete(null);
    } else {
      // Each step is a turn of its own: pieces without an event may be many.
      (reader == null ? head() : exchange.read().map(this::take))
          .onFailure(this::fail)
          .onComplete(done -> context.runOnContext(v -> advance(promise)));
    }
  }

  private Future<Void> head() {
    return exchange
        .head()
        .compose(
            head -> {
              if (head.ok() && head.events()) {
                reader = model.protocol().reader(request, head, ready::add);
                return Future.succeededFuture();
              }
              return WireModel.body(exchange, Buffer.buffer()).compose(body -> other(head, body));
            });
  }

  private Future<Void> other(WireHead head, Buffer body) {
    return Future.failedFuture(
        head.ok()
            ? EventReader.malformed("the type " + head.header("content-type") + ", not events")
            : model.protocol().failure(head, body));
  }

  private Void take(Buffer piece) {
    if (failure != null) {
      return null;
    }
    if (piece == null) {
      reader.end();
    } else {
      parser.feed(
          piece,
          (name, data) -> {
            if (!reader.finished()) {
              reader.event(name, data);
            }
          });
    }
    if (piece == null && reader.finished()) {
      over = true;
    } else if (reader.finished()) {
      over = true;
      rest(0);
    }
    return null;
  }

  /** Reads what is left of the body, so that its connection goes back to the others. */
  private void rest(int before) {
    exchange
        .read()
        .onSuccess(
            piece -> {
              if (piece != null && before + piece.length() > MAX_REST) {
                exchange.cancel();
              } else if (piece != null) {
                context.runOnContext(v -> rest(before + piece.length()));
              }
            });
  }

  /** What was read before a failure is still given, unless the caller does not want it. */
  private void fail(Throwable cause) {
    if (failure != null || over) {
      return;
    }
    failure = model.clean(cause);
    if (failure.kind() == ModelException.Kind.CANCELLED) {
      ready.clear();
    }
    if (exchange != null) {
      exchange.cancel();
    }
  }
}
