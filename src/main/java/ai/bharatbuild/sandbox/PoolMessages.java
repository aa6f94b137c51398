package ai.bharatbuild.sandbox;

import ai.bharatbuild.bus.Address;

/** What {@link WarmPoolVerticle} answers. */
final class PoolMessages {
  static final Address<Take, Taken> TAKE = Address.of("sandboxes.take", Take.class, Taken.class);

  /** The pool is not sharded. */
  static final String SHARD = "0";

  private PoolMessages() {}

  record Take(ProjectType type) {}

  /**
   * @param warm null when none is waiting
   */
  record Taken(Warm warm) {}

  /** A sandbox that runs and has never been used, with the empty workspace that it runs on. */
  record Warm(Sandbox sandbox, Workspaces.Prepared workspace) {}
}
