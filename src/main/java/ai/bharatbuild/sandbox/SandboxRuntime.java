package ai.bharatbuild.sandbox;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.List;

/**
 * Port to whatever isolates sandboxes. Methods may be called from any Vert.x context, never block,
 * and complete on the caller's context. When the engine cannot be reached they fail with {@link
 * RuntimeUnavailableException}; an unknown handle fails with {@link SandboxGoneException}.
 */
public interface SandboxRuntime {
  /** A short description of the engine, such as {@code docker 20.10.24, runc}. */
  Future<String> ping();

  /** Makes and starts a sandbox. Leaves nothing behind when it fails. */
  Future<Sandbox> create(SandboxSpec spec);

  /** All sandboxes that this server made, in any state, found by their labels. */
  Future<List<Sandbox>> list();

  Future<Sandbox> inspect(String handle);

  /** Starts a stopped sandbox; its address may change. */
  Future<Sandbox> start(String handle);

  /** Ends all its processes: politely, and by force after {@code grace}. */
  Future<Void> stop(String handle, Duration grace);

  /** Removes it and everything of its own, running or not. The workspace directory stays. */
  Future<Void> remove(String handle);

  Future<SandboxStats> stats(String handle);

  /** Freezes all its processes, which keep their memory, until {@link #resume}. */
  Future<Void> pause(String handle);

  /** Lets a frozen sandbox go on. */
  Future<Void> resume(String handle);

  /**
   * Changes how much memory, processor time and how many processes a live sandbox may use; its
   * other limits stay as they were made.
   */
  Future<Void> limit(String handle, Limits limits);

  /** Starts a command. The listener is not called before the future completes. */
  Future<ExecSession> exec(String handle, ExecSpec spec, ExecListener listener);

  /**
   * Asks the sandbox's agent a short question ({@code ps}, {@code ports}, {@code forward 5173}) and
   * gives its answer; at most 4 MB are taken, and 10 seconds.
   */
  Future<Buffer> ask(String handle, String... question);

  /** Calls the handler with the handle of every sandbox that stops, by itself or not. */
  void onStopped(Handler<String> handler);

  Future<Void> close();
}
