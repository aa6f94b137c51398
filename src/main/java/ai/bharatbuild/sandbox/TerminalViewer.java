package ai.bharatbuild.sandbox;

import ai.bharatbuild.sandbox.ExecSpec.Pty;
import ai.bharatbuild.sandbox.TerminalRing.Piece;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.util.function.Supplier;

/**
 * One client's view of a terminal. Made on the terminal's context, used on the client's. A viewer
 * that is slow misses output and is told; it never holds up the shell or the others.
 */
final class TerminalViewer {
  private static final int PIECE = 32 << 10;

  private final Terminal terminal;
  private final boolean fresh;
  private final Freezer freezer;
  private long position;
  private Runnable armed;

  /**
   * @param fresh whether it was made for this client
   * @param position where the client was; negative for as far back as is kept
   */
  TerminalViewer(Terminal terminal, boolean fresh, long position, Freezer freezer) {
    this.terminal = terminal;
    this.fresh = fresh;
    this.position = position;
    this.freezer = freezer;
  }

  Terminal terminal() {
    return terminal;
  }

  boolean fresh() {
    return fresh;
  }

  /** Where the client is. */
  long position() {
    return position;
  }

  /** The next output, empty when there is none now. */
  Piece take() {
    Piece piece = terminal.ring.after(position, PIECE);
    position = piece.to();
    return piece;
  }

  /** Whether the shell has ended and all its output was taken. */
  boolean ended() {
    return terminal.ring.endedAt(position);
  }

  /** Calls the handler once, on the calling context, as soon as there is something to take. */
  void onMore(Runnable handler) {
    if (armed != null) {
      return;
    }
    Context context = Vertx.currentContext();
    armed =
        () ->
            context.runOnContext(
                v -> {
                  armed = null;
                  handler.run();
                });
    terminal.ring.onMore(position, armed);
  }

  /** Completes, on the calling context, when the terminal has taken the bytes. */
  Future<Void> write(Buffer bytes) {
    return there(() -> terminal.write(bytes));
  }

  Future<Void> resize(Pty size) {
    return there(() -> terminal.resize(size));
  }

  private Future<Void> there(Supplier<Future<Void>> work) {
    Promise<Void> done = Promise.promise();
    Context here = Vertx.currentContext();
    terminal
        .context()
        .runOnContext(
            v ->
                freezer
                    .use(terminal.container, work)
                    .onComplete(result -> here.runOnContext(w -> done.handle(result))));
    return done.future();
  }

  void close() {
    if (armed != null) {
      terminal.ring.forget(armed);
    }
    terminal.left();
  }
}
