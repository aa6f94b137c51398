package ai.bharatbuild.agents.runs;

import io.vertx.core.Future;
import java.time.Instant;

/**
 * A run as its verticle remembers it: little of one that nobody works on, whose state and events
 * are on disk. Belongs to the verticle's event loop.
 */
final class RunEntry {
  final RunId id;
  final String owner;
  final Instant createdAt;

  /** While it is worked on, else null. */
  LiveRun live;

  /** Its events while it is worked on, else null. */
  RunLog log;

  /** Completes when nobody works on it any more. */
  Future<Void> done = Future.succeededFuture();

  RunEntry(RunId id, String owner, Instant createdAt) {
    this.id = id;
    this.owner = owner;
    this.createdAt = createdAt;
  }
}
