package ai.bharatbuild.storage.s3;

import io.vertx.core.Context;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.ReadStream;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Queue;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/**
 * The body of a download as a Vert.x stream, paused until it is resumed. The client is asked for a
 * few pieces at a time, so that a slow reader holds only those in memory. Handlers are called on
 * the context given; {@link #close} may be called on any.
 */
final class BodyStream implements ReadStream<Buffer>, Subscriber<ByteBuffer> {
  private static final int PIECES = 4;

  private final Context context;
  private final Queue<Buffer> pieces = new ArrayDeque<>();
  private Subscription subscription;
  private Handler<Buffer> handler = bytes -> {};
  private Handler<Void> endHandler = v -> {};
  private Handler<Throwable> exceptionHandler = e -> {};
  private long demand;
  private int asked;
  private boolean complete;
  private Throwable failure;
  private boolean over;

  BodyStream(Context context) {
    this.context = context;
  }

  @Override
  public void onSubscribe(Subscription given) {
    context.runOnContext(
        v -> {
          subscription = given;
          pump();
        });
  }

  @Override
  public void onNext(ByteBuffer piece) {
    byte[] bytes = new byte[piece.remaining()];
    piece.get(bytes);
    context.runOnContext(
        v -> {
          asked--;
          pieces.add(Buffer.buffer(bytes));
          pump();
        });
  }

  @Override
  public void onError(Throwable cause) {
    context.runOnContext(
        v -> {
          failure = S3Failures.translate(cause);
          pump();
        });
  }

  @Override
  public void onComplete() {
    context.runOnContext(
        v -> {
          complete = true;
          pump();
        });
  }

  void close() {
    context.runOnContext(
        v -> {
          if (!over) {
            over = true;
            pieces.clear();
            if (subscription != null) {
              subscription.cancel();
            }
          }
        });
  }

  private void pump() {
    while (!over && demand > 0 && !pieces.isEmpty()) {
      demand = demand == Long.MAX_VALUE ? demand : demand - 1;
      handler.handle(pieces.poll());
    }
    if (over) {
      return;
    }
    if (pieces.isEmpty() && failure != null) {
      over = true;
      exceptionHandler.handle(failure);
    } else if (pieces.isEmpty() && complete) {
      over = true;
      endHandler.handle(null);
    } else if (demand > 0 && asked == 0 && subscription != null) {
      asked = PIECES;
      subscription.request(PIECES);
    }
  }

  @Override
  public ReadStream<Buffer> handler(Handler<Buffer> next) {
    handler = next == null ? bytes -> {} : next;
    return this;
  }

  @Override
  public ReadStream<Buffer> pause() {
    demand = 0;
    return this;
  }

  @Override
  public ReadStream<Buffer> resume() {
    return fetch(Long.MAX_VALUE);
  }

  @Override
  public ReadStream<Buffer> fetch(long amount) {
    demand = demand + amount < 0 ? Long.MAX_VALUE : demand + amount;
    context.runOnContext(v -> pump());
    return this;
  }

  @Override
  public ReadStream<Buffer> endHandler(Handler<Void> next) {
    endHandler = next == null ? v -> {} : next;
    return this;
  }

  @Override
  public ReadStream<Buffer> exceptionHandler(Handler<Throwable> next) {
    exceptionHandler = next == null ? e -> {} : next;
    return this;
  }
}
