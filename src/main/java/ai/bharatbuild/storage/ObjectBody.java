package ai.bharatbuild.storage;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.ReadStream;

/**
 * An opened object. Whoever receives it reads the stream to its end or closes it.
 *
 * @param size bytes of the whole object
 * @param length bytes that the stream gives
 * @param bytes paused until it is resumed
 * @param close ends reading early; harmless at any time
 */
public record ObjectBody(long size, long length, ReadStream<Buffer> bytes, Runnable close) {

  /** Reads all of it into memory; fails, and closes it, when it has more than so many bytes. */
  public Future<Buffer> collect(long most) {
    if (length > most) {
      close.run();
      return Future.failedFuture(
          new IllegalStateException("the object has %d bytes, over %d".formatted(length, most)));
    }
    Promise<Buffer> collected = Promise.promise();
    Buffer all = Buffer.buffer((int) length);
    bytes.exceptionHandler(collected::tryFail);
    bytes.endHandler(v -> collected.tryComplete(all));
    bytes.handler(all::appendBuffer);
    bytes.resume();
    return collected.future();
  }
}
