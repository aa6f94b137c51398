package ai.bharatbuild.jobs;

import io.vertx.core.Future;

/**
 * Takes the sandbox off a workspace before the workspace's files go. Implemented by whoever runs
 * sandboxes; called on the storage verticle's context.
 */
@FunctionalInterface
public interface SandboxRemover {
  /** For a server without sandboxes. */
  SandboxRemover NONE = id -> Future.succeededFuture();

  /** Completes when no process can use the workspace any more, at once where there is none. */
  Future<Void> remove(String workspaceId);
}
