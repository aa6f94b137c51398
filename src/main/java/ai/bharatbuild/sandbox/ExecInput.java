package ai.bharatbuild.sandbox;

import ai.bharatbuild.problem.ApiException;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** The input of an exec: whether it takes any, and until when. Confined to the exec's context. */
final class ExecInput {
  private final boolean taken;
  private final BooleanSupplier running;
  private boolean closed;

  /**
   * @param running whether the command has not ended
   */
  ExecInput(boolean taken, boolean closed, BooleanSupplier running) {
    this.taken = taken;
    this.closed = closed;
    this.running = running;
  }

  /** Whether the command was started with input. */
  boolean taken() {
    return taken;
  }

  /** Whether that has been closed, or was about to be. */
  boolean closed() {
    return closed;
  }

  /** Goes on with a session that may be of an earlier server's command. */
  void attach(ExecSession session) {
    if (taken && closed) {
      // The earlier server may not have come to it; doing it twice does no harm.
      session.closeStdin();
    }
  }

  /**
   * Writes to the command's input, or fails with 409.
   *
   * @param session null when the command has none
   * @param keep saves the record before the input is closed, so that no server closes it again
   */
  Future<Void> write(ExecSession session, Buffer bytes, boolean eof, Supplier<Future<Void>> keep) {
    if (!taken || closed || session == null || !running.getAsBoolean()) {
      return Future.failedFuture(refused());
    }
    closed = eof;
    Future<Void> written = bytes.length() == 0 ? Future.succeededFuture() : session.write(bytes);
    return written
        .compose(v -> eof ? keep.get() : Future.succeededFuture())
        .compose(v -> eof ? session.closeStdin() : Future.succeededFuture())
        .recover(e -> Future.failedFuture(e instanceof IllegalStateException ? refused() : e));
  }

  private ApiException refused() {
    return ApiException.conflict("stdin_closed", "The exec takes no input: " + reason() + ".");
  }

  private String reason() {
    if (!running.getAsBoolean()) {
      return "it has ended";
    }
    return taken ? "its input was closed" : "start it with stdin: true";
  }
}
