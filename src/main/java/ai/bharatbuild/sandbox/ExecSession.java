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

  /**
   * Tells the terminal's new size; fails with {@link IllegalStateException} when the command has
   * none or has ended.
   *
   * @param columns 1 to 1000
   * @param rows 1 to 1000
   */
  Future<Void> resize(int columns, int rows);

  /**
   * The first {@code outputs} calls of {@link ExecListener#output} need not be repeated by {@link
   * SandboxRuntime#attach}, those of earlier servers included. A resumable command whose output is
   * not acknowledged waits in the end, as at a full pipe. Without effect on other commands.
   */
  void acknowledge(long outputs);

  /**
   * The end of a resumable command is safe, too, and the command can be forgotten. To be called
   * after {@link ExecListener#ended}; without effect on other commands.
   */
  void release();

  /**
   * Lets go of the command, which goes on. A resumable one can be attached to again; of others the
   * output is lost. The listener is not called any more.
   */
  void detach();
}
