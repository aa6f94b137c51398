package ai.bharatbuild.agents.runs;

import io.vertx.core.Future;
import java.time.Instant;
import java.util.UUID;

/**
 * A run as its verticle remembers it: little of one that nobody works on, whose state and events
 * are on disk. Belongs to the verticle's event loop.
 */
final class RunEntry {
  final RunId id;
  final String owner;

  /** See {@link RunRequest#key}. */
  final UUID key;

  final Instant createdAt;

  /** What {@link #hasEvidence} was when nobody worked on it any more. */
  boolean verified;

  /** While it is worked on, else null. */
  LiveRun live;

  /** Its events while it is worked on, else null. */
  RunLog log;

  /** Completes when nobody works on it any more. */
  Future<Void> done = Future.succeededFuture();

  RunEntry(RunId id, RunFiles.Saved saved) {
    this.id = id;
    this.owner = saved.request().owner();
    this.key = saved.request().key();
    this.createdAt = saved.state().createdAt();
    this.verified = shows(saved.state());
  }

  boolean busy() {
    return !done.isComplete();
  }

  /** Whether it saw anything so far of what its job has. */
  boolean hasEvidence() {
    return live == null ? verified : shows(live.state());
  }

  /** What a run saw whose job was given back is not there any more. */
  private static boolean shows(RunState state) {
    boolean givenBack = state.reason() != null && state.reason().givenBack();
    return state.evidence() != null && !givenBack;
  }
}
