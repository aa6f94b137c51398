package ai.bharatbuild.sandbox;

import io.vertx.core.Future;

/**
 * Where sandboxes come from that are used for one command: without network, with nothing in them,
 * never used before. Called from any context.
 */
public interface FreshSandboxes {
  /** One that runs; its {@code /tmp} has room for {@code diskBytes}. */
  Future<Sandbox> take(ProjectType type, OneShotSpec.Limits limits);

  /** Takes one back, whatever state it is in, to be removed. Never fails. */
  Future<Void> discard(Sandbox sandbox);

  /** Removes what waits; nobody takes one afterwards. */
  Future<Void> close();
}
