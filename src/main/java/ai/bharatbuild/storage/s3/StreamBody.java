package ai.bharatbuild.storage.s3;

import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.ReadStream;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import software.amazon.awssdk.core.async.AsyncRequestBody;

/**
 * A Vert.x stream as the body of an upload: what the client asks for is fetched, nothing more. Read
 * once, on the stream's context. It fails when the stream has another length than announced.
 */
final class StreamBody implements AsyncRequestBody {
  private final Context context;
  private final ReadStream<Buffer> stream;
  private final long length;
  private long seen;
  private boolean over;

  StreamBody(Context context, ReadStream<Buffer> stream, long length) {
    this.context = context;
    this.stream = stream;
    this.length = length;
  }

  @Override
  public Optional<Long> contentLength() {
    return Optional.of(length);
  }

  @Override
  public void subscribe(Subscriber<? super ByteBuffer> subscriber) {
    stream.pause();
    stream.exceptionHandler(e -> fail(subscriber, e));
    stream.endHandler(v -> end(subscriber));
    stream.handler(bytes -> give(subscriber, bytes));
    subscriber.onSubscribe(
        new Subscription() {
          @Override
          public void request(long count) {
            context.runOnContext(v -> stream.fetch(count));
          }

          @Override
          public void cancel() {
            context.runOnContext(v -> over = true);
          }
        });
  }

  private void give(Subscriber<? super ByteBuffer> subscriber, Buffer bytes) {
    seen += bytes.length();
    if (seen > length) {
      fail(subscriber, wrongLength());
    } else if (!over) {
      subscriber.onNext(ByteBuffer.wrap(bytes.getBytes()));
    }
  }

  private void end(Subscriber<? super ByteBuffer> subscriber) {
    if (seen < length) {
      fail(subscriber, wrongLength());
    } else if (!over) {
      over = true;
      subscriber.onComplete();
    }
  }

  private void fail(Subscriber<? super ByteBuffer> subscriber, Throwable cause) {
    if (!over) {
      over = true;
      subscriber.onError(cause);
    }
  }

  private IllegalStateException wrongLength() {
    return new IllegalStateException("%d bytes were announced and %d came".formatted(length, seen));
  }
}
