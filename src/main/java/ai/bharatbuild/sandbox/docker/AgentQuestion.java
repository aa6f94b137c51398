package ai.bharatbuild.sandbox.docker;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.util.concurrent.TimeoutException;

/** Collects the bounded answer of a short command that needs no session. */
final class AgentQuestion {
  private static final int MAX_ANSWER = 4 << 20;
  private static final int MAX_ERRORS = 4_096;
  private static final long LIMIT_MS = 10_000;

  /** What the command wrote. */
  record Answer(Buffer stdout, Buffer stderr) {}

  private final Vertx vertx;
  private final EngineStream stream;
  private final Buffer stdout = Buffer.buffer();
  private final Buffer stderr = Buffer.buffer();
  private final Promise<Answer> answer = Promise.promise();
  private long timer;

  AgentQuestion(Vertx vertx, EngineStream stream) {
    this.vertx = vertx;
    this.stream = stream;
  }

  Future<Answer> read() {
    EngineOutput output = new EngineOutput(this::take, this::takeError);
    timer = vertx.setTimer(LIMIT_MS, id -> fail(new TimeoutException("no answer in time")));
    stream.handlers(
        chunk -> {
          try {
            output.accept(chunk);
          } catch (ProtocolException e) {
            fail(e);
          }
        },
        v -> finish());
    stream.resume();
    return answer.future();
  }

  private void take(Buffer bytes) {
    if (stdout.length() + bytes.length() > MAX_ANSWER) {
      fail(new IllegalStateException("the answer is over 4 MB"));
    } else {
      stdout.appendBuffer(bytes);
    }
  }

  private void takeError(Buffer bytes) {
    stderr.appendBuffer(bytes, 0, Math.min(MAX_ERRORS - stderr.length(), bytes.length()));
  }

  private void finish() {
    vertx.cancelTimer(timer);
    answer.tryComplete(new Answer(stdout, stderr));
  }

  private void fail(Throwable reason) {
    vertx.cancelTimer(timer);
    stream.close();
    answer.tryFail(reason);
  }
}
