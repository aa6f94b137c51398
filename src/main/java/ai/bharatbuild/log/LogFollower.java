package ai.bharatbuild.log;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.util.function.Consumer;

/** Reads a log until it has ended. */
public final class LogFollower {
  private static final int READ = 256 << 10;

  private final Context own;
  private final LogReader reader;
  private final Consumer<Buffer> taker;
  private final Promise<Void> done = Promise.promise();

  private LogFollower(Context own, LogReader reader, Consumer<Buffer> taker) {
    this.own = own;
    this.reader = reader;
    this.taker = taker;
  }

  /**
   * Gives all records after one to a taker, whole ones and in order, as they come. May be called on
   * any thread.
   *
   * @param after number of that record; see {@link EventLog#reader}
   * @param taker is called on the calling context; what it throws ends the reading
   * @return completes once the last record was given; fails where records cannot be read
   */
  public static Future<Void> follow(Vertx vertx, EventLog log, long after, Consumer<Buffer> taker) {
    Context own = vertx.getOrCreateContext();
    Promise<Void> end = Promise.promise();
    own.runOnContext(
        v -> {
          LogFollower follower = new LogFollower(own, log.reader(after), taker);
          follower.done.future().onComplete(end);
          follower.read();
        });
    return end.future();
  }

  private void read() {
    reader.next(READ).onComplete(this::take, this::fail);
  }

  /** A reader is woken once only until it was read to its end, so all is read that there is. */
  private void take(Buffer records) {
    if (records.length() > 0) {
      try {
        taker.accept(records);
      } catch (RuntimeException e) {
        fail(e);
        return;
      }
      own.runOnContext(v -> read());
    } else if (reader.ended()) {
      reader.close();
      done.tryComplete();
    } else {
      reader.onMore(this::read);
    }
  }

  private void fail(Throwable cause) {
    reader.close();
    done.tryFail(cause);
  }
}
