package ai.bharatbuild.sandbox.docker;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.util.concurrent.TimeoutException;

/** Collects what a short program prints: at most 4 MB, for at most ten seconds. */
final class BoundedAnswer {
  private static final int MAX_ANSWER = 4 << 20;
  private static final int MAX_ERRORS = 4_096;
  private static final long LIMIT_MS = 10_000;

  private final Vertx vertx;
  private final Runnable close;
  private final Buffer stdout = Buffer.buffer();
  private final Buffer stderr = Buffer.buffer();
  private final Promise<BoundedAnswer> answer = Promise.promise();
  private final long timer;

  /**
   * @param close ends the connection that the answer comes over
   */
  BoundedAnswer(Vertx vertx, Runnable close) {
    this.vertx = vertx;
    this.close = close;
    this.timer = vertx.setTimer(LIMIT_MS, id -> fail(new TimeoutException("no answer in time")));
  }

  /** Completes when {@link #finish} is called. */
  Future<BoundedAnswer> future() {
    return answer.future();
  }

  void take(Buffer bytes) {
    if (stdout.length() + bytes.length() > MAX_ANSWER) {
      fail(new IllegalStateException("the answer is over 4 MB"));
    } else {
      stdout.appendBuffer(bytes);
    }
  }

  void takeError(Buffer bytes) {
    stderr.appendBuffer(bytes, 0, Math.min(MAX_ERRORS - stderr.length(), bytes.length()));
  }

  void finish() {
    vertx.cancelTimer(timer);
    answer.tryComplete(this);
  }

  void fail(Throwable reason) {
    vertx.cancelTimer(timer);
    close.run();
    answer.tryFail(reason);
  }

  /** The output of a program that succeeded; otherwise throws what it complained of. */
  Buffer unlessFailed(Integer code) {
    if (code == null || code != 0) {
      String text = stderr + stdout.getString(0, Math.min(500, stdout.length()));
      throw new IllegalStateException(text.strip());
    }
    return stdout;
  }
}
