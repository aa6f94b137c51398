package ai.bharatbuild.preview;

import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Runs out when an app has had its turn for that long and has not said anything. Time in which a
 * body is still coming in does not count. One event loop.
 */
final class Silence {
  private final Vertx vertx;
  private final long limitMs;
  private final Upload upload;
  private final Runnable onExpiry;
  private final long begun = System.nanoTime();
  private long timer = -1;
  private boolean over;

  private Silence(Vertx vertx, Duration limit, Upload upload, Runnable onExpiry) {
    this.vertx = vertx;
    this.limitMs = limit.toMillis();
    this.upload = upload;
    this.onExpiry = onExpiry;
  }

  /**
   * @param upload the body that the app is being sent, or null
   */
  static Silence watch(Vertx vertx, Duration limit, Upload upload, Runnable onExpiry) {
    Silence silence = new Silence(vertx, limit, upload, onExpiry);
    silence.arm(silence.limitMs);
    return silence;
  }

  void end() {
    over = true;
    vertx.cancelTimer(timer);
  }

  private void arm(long delayMs) {
    timer = vertx.setTimer(Math.max(1, delayMs), id -> check());
  }

  private void check() {
    if (over) {
      return;
    }
    long since = upload == null ? begun : upload.lastMoved();
    long left = limitMs - TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - since);
    if (upload != null && upload.awaitsClient()) {
      arm(limitMs);
    } else if (left > 0) {
      arm(left);
    } else {
      over = true;
      onExpiry.run();
    }
  }
}
