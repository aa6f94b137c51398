package ai.bharatbuild.limits;

import io.vertx.core.Future;

/**
 * What owners' plans allow, for those who make things: they ask before they make one, whatever way
 * it is asked for.
 */
@FunctionalInterface
public interface OwnerLimits {
  long UNLIMITED = Long.MAX_VALUE;

  /** Where nobody is limited. */
  OwnerLimits NONE = (owner, quota) -> Future.succeededFuture(UNLIMITED);

  /**
   * How much of it an owner may have; {@link #UNLIMITED} where the plan does not limit it or cannot
   * be asked. Never fails; may complete on any context.
   */
  Future<Long> most(String owner, Quota quota);
}
