package ai.bharatbuild.sandbox;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;

/** The server's hold on a running command. Called on the context that started the exec. */
public interface ExecSession {
  /**
   * Writes to the command's standard input; the future completes when the command's pipe has taken
   * the bytes, and fails with {@link IllegalStateException} when the input is closed or the command
   * ended.
   */
  Future<Void> write(Buffer bytes);

  /** Ends the command's standard input after what was written. */
  Future<Void> closeStdin();

  /** Sends a signal to the whole process tree. */
  Future<Void> signal(int number);

  /** Ends the whole process tree; the exec ends with cause {@code CANCELLED}. */
  void cancel();

  /** Stops taking output, which in the end blocks the command's writes. */
  void pause();

  void resume();
}
