package ai.bharatbuild.sandbox;

import ai.bharatbuild.sandbox.ExecSpec.Pty;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.time.Instant;
import java.util.concurrent.TimeUnit;

/**
 * A shell on a terminal in a sandbox. It outlives its viewers' connections for a while, so that
 * they can come back. Confined to its verticle's context, but for what is said otherwise.
 */
final class Terminal implements ExecListener {
  /** How a terminal ended; on any thread once {@link TerminalRing#endedAt}. */
  record End(Integer code, Integer signal, String cause) {}

  private static final long UNSEEN_MS = TimeUnit.MINUTES.toMillis(30);

  final String id;
  final Container container;
  final Instant startedAt = Instant.now();
  final TerminalRing ring = new TerminalRing();
  private final Vertx vertx;
  private final Context context;
  private final Runnable onEnd;
  private final Promise<Void> ready = Promise.promise();
  private ExecSession session;
  private volatile Pty size;
  private volatile End end;
  private int viewers;
  private long unseen = -1;
  private boolean closing;

  /**
   * @param onEnd called once, when the shell has ended
   */
  Terminal(Vertx vertx, String id, Container container, Pty size, Runnable onEnd) {
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
    this.id = id;
    this.container = container;
    this.size = size;
    this.onEnd = onEnd;
  }

  /** The command runs, or could not be run. */
  void begun(Future<ExecSession> exec) {
    exec.onComplete(
        begun -> {
          session = begun;
          if (closing) {
            begun.cancel();
          }
          ready.tryComplete();
        },
        e -> {
          ready.tryFail(e);
          finish(new End(null, null, ExitReport.Cause.LOST.id()));
        });
  }

  /** Completes when it can be used. */
  Future<Void> ready() {
    return ready.future();
  }

  boolean running() {
    return end == null;
  }

  /** On any thread. */
  End end() {
    return end;
  }

  /** Columns and rows; on any thread. */
  Pty size() {
    return size;
  }

  int viewers() {
    return viewers;
  }

  void joined() {
    viewers++;
    vertx.cancelTimer(unseen);
  }

  /** On any thread. */
  void left() {
    context.runOnContext(
        v -> {
          if (--viewers == 0 && running()) {
            unseen = vertx.setTimer(UNSEEN_MS, id -> close());
          }
        });
  }

  Future<Void> write(Buffer bytes) {
    return session == null ? ended() : session.write(bytes);
  }

  Future<Void> resize(Pty wanted) {
    if (session == null) {
      return ended();
    }
    size = wanted;
    return session.resize(wanted.columns(), wanted.rows());
  }

  private static Future<Void> ended() {
    return Future.failedFuture(new IllegalStateException("the terminal has ended"));
  }

  /** Ends the shell and all that it started. */
  void close() {
    closing = true;
    if (session != null) {
      session.cancel();
    }
  }

  /** The context on which it lives. */
  Context context() {
    return context;
  }

  @Override
  public void started(long pid) {}

  @Override
  public void output(Stream stream, Buffer bytes) {
    container.touch();
    ring.append(bytes.getBytes());
  }

  @Override
  public void failed(String message) {
    ring.append((message + "\r\n").getBytes(java.nio.charset.StandardCharsets.UTF_8));
  }

  @Override
  public void ended(ExitReport report) {
    finish(new End(report.code(), report.signal(), report.cause().id()));
  }

  private void finish(End how) {
    if (end == null) {
      end = how;
      session = null;
      vertx.cancelTimer(unseen);
      ring.end();
      onEnd.run();
    }
  }
}
