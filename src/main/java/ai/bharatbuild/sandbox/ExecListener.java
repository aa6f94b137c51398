package ai.bharatbuild.sandbox;

import io.vertx.core.buffer.Buffer;

/**
 * Receives what a command does. All methods are called on the context that started the exec, in the
 * order things happened, and end with exactly one {@link #ended}.
 */
public interface ExecListener {
  void started(long pid);

  /**
   * One piece of output, never empty and at most 64 KiB. For a resumable command pieces are
   * numbered, from 1 on: after {@link SandboxRuntime#attach} the same ones come with the same
   * bytes.
   */
  void output(Stream stream, Buffer bytes);

  /**
   * The command could not be started, for example because its working directory does not exist. An
   * {@link #ended} with cause {@code EXITED} and code 126 or 127 follows.
   */
  void failed(String message);

  /** Last call. The cause is {@code LOST} when the end was not seen. */
  void ended(ExitReport report);

  /** Which of the command's streams. */
  enum Stream {
    STDOUT,
    STDERR
  }
}
