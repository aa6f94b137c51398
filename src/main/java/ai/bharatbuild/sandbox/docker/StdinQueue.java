package ai.bharatbuild.sandbox.docker;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * What waits to be written to a command's input. The agent holds at most a window of it, so that
 * its control frames never wait behind a command that does not read. Callers bound what waits here
 * by awaiting their writes. Used on one context.
 */
final class StdinQueue {
  /** Bytes that may be under way or unread; the agent's rule. */
  static final int WINDOW = 262_144;

  private final AgentStream stream;
  private final Deque<Waiting> waiting = new ArrayDeque<>();
  private final Deque<Written> written = new ArrayDeque<>();
  private long accepted;
  private long sent;
  private long taken;
  private boolean open;
  private Promise<Void> closing;

  /**
   * @param unread the most that an earlier server may have sent and the agent may still hold; the
   *     agent begins by acknowledging what it does not hold of that
   */
  StdinQueue(AgentStream stream, boolean open, int unread) {
    this.stream = stream;
    this.open = open;
    this.accepted = unread;
    this.sent = unread;
    stream.drainHandler(v -> pump());
  }

  /** Completes when the command's pipe has taken the bytes. */
  Future<Void> write(Buffer bytes) {
    if (!open) {
      return Future.failedFuture(new IllegalStateException("the command's input is closed"));
    }
    Promise<Void> done = Promise.promise();
    accepted += bytes.length();
    waiting.add(new Waiting(bytes, accepted - bytes.length()));
    written.add(new Written(accepted, done));
    pump();
    complete();
    return done.future();
  }

  /** Completes when the end was sent, after all that was written before. */
  Future<Void> close() {
    if (!open) {
      return Future.failedFuture(new IllegalStateException("the command's input is closed"));
    }
    open = false;
    closing = Promise.promise();
    Future<Void> closed = closing.future();
    pump();
    return closed;
  }

  /** The agent has passed this many bytes more on. */
  void taken(long bytes) {
    if (bytes < 0 || bytes > sent - taken) {
      throw new ProtocolException("more input was taken than was sent");
    }
    taken += bytes;
    complete();
    pump();
  }

  /** The command has ended. */
  void fail() {
    open = false;
    waiting.clear();
    while (!written.isEmpty()) {
      written.poll().done.fail(ended());
    }
    if (closing != null) {
      closing.tryFail(ended());
    }
  }

  private static IllegalStateException ended() {
    return new IllegalStateException("the command has ended");
  }

  private void pump() {
    while (!waiting.isEmpty() && room() > 0 && !stream.writeQueueFull()) {
      sendPiece();
    }
    if (waiting.isEmpty() && closing != null) {
      stream.write(AgentFrames.endOfInput()).onComplete(closing);
      closing = null;
    }
  }

  private int room() {
    return (int) (WINDOW - (sent - taken));
  }

  private void sendPiece() {
    Waiting head = waiting.peek();
    int from = (int) (sent - head.start);
    int length = Math.min(AgentFrames.MAX_PAYLOAD, room());
    int to = Math.min(head.bytes.length(), from + length);
    if (to > from) {
      stream.write(AgentFrames.input(head.bytes.slice(from, to)));
      sent += to - from;
    }
    if (to == head.bytes.length()) {
      waiting.poll();
    }
  }

  private void complete() {
    while (!written.isEmpty() && written.peek().upTo <= taken) {
      written.poll().done.complete();
    }
  }

  private record Waiting(Buffer bytes, long start) {}

  private record Written(long upTo, Promise<Void> done) {}
}
