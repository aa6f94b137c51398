package ai.bharatbuild.sandbox;

import io.vertx.core.Future;

/**
 * Port to whatever runs one command in a sandbox of its own and throws the sandbox away: a fresh
 * file system, no network, strict limits. Methods may be called from any Vert.x context, never
 * block, and complete on the caller's context.
 *
 * <p>The command finds its files in {@link #WORK}, which is also its working directory and {@code
 * HOME}; that and the rest of {@code /tmp} is all it can write. The image's environment holds where
 * the specification does not override it.
 */
public interface OneShotRuntime {
  /** Where files are placed and commands start. */
  String WORK = "/tmp/work";

  /**
   * What runs commands, for people, such as {@code process: bubblewrap 0.8.0}. Fails with {@link
   * RuntimeUnavailableException}, whose message says what to do, while it cannot run any.
   */
  Future<String> ping();

  /**
   * Runs a command. The result fails with {@link RuntimeUnavailableException} when it could not be
   * run, also because too many wait already; how the command itself ended is never a failure. Where
   * the sandbox has a kernel of its own the two can end together: with the cause {@code OOM} when
   * it is known that memory ran out, else {@code LOST}.
   */
  Run run(OneShotSpec spec);

  /** Ends what runs and gives back all that it holds. */
  Future<Void> close();

  /** One command that runs or waits for its turn. */
  interface Run {
    /** Completes when the command, and all that it started, has ended. */
    Future<OneShotResult> result();

    /**
     * Ends it, unless it has ended; the result then has the cause {@code CANCELLED} and what was
     * written so far. May be called from any thread, repeatedly.
     */
    void cancel();
  }
}
