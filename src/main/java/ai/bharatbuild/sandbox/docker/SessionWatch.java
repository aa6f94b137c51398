package ai.bharatbuild.sandbox.docker;

import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import java.util.concurrent.TimeUnit;

/**
 * Notices an agent that does not say what is due, or stops in the middle of a frame. While its
 * output is not read, or still flows, what is due can be waiting behind it. Used on one context.
 */
final class SessionWatch {
  /** The agent kills what it must within four seconds; more means that it does not work. */
  static final long GRACE_MS = 5_000;

  /** The rest of a frame follows at once, unless the agent is stopped or its machine overloaded. */
  static final long FRAME_MS = 30_000;

  private final Vertx vertx;
  private final Handler<String> late;
  private final long frameMs;
  private long lastRead = System.nanoTime();
  private boolean paused;
  private boolean inFrame;
  private long reportTimer = -1;
  private long frameTimer = -1;

  /**
   * @param frameMs how long the rest of a frame may take
   * @param late told once why the agent cannot be relied on any more
   */
  SessionWatch(Vertx vertx, long frameMs, Handler<String> late) {
    this.vertx = vertx;
    this.frameMs = frameMs;
    this.late = late;
  }

  /** Something is due after this time, in the place of what was due before. */
  void expect(long delayMs) {
    vertx.cancelTimer(reportTimer);
    reportTimer = vertx.setTimer(Math.max(1, delayMs), id -> overdue());
  }

  /** Nothing is due any more. */
  void expectNothing() {
    vertx.cancelTimer(reportTimer);
  }

  void paused(boolean now) {
    paused = now;
    lastRead = System.nanoTime();
  }

  /**
   * Bytes came.
   *
   * @param unfinished whether they end within a frame
   */
  void read(boolean unfinished) {
    lastRead = System.nanoTime();
    inFrame = unfinished;
    if (unfinished && frameTimer < 0) {
      frameTimer = vertx.setTimer(frameMs, id -> stuck());
    }
  }

  void close() {
    vertx.cancelTimer(reportTimer);
    vertx.cancelTimer(frameTimer);
  }

  private void overdue() {
    if (paused || silentMs() < GRACE_MS) {
      expect(GRACE_MS);
    } else {
      late.handle("the agent did not report in time");
    }
  }

  private void stuck() {
    frameTimer = -1;
    if (!inFrame) {
      return;
    }
    if (paused || silentMs() < frameMs) {
      frameTimer = vertx.setTimer(frameMs, id -> stuck());
    } else {
      late.handle("the agent stopped within a frame");
    }
  }

  private long silentMs() {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - lastRead);
  }
}
