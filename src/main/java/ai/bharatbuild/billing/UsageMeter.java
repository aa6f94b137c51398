package ai.bharatbuild.billing;

import io.vertx.core.Future;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;

/** How much of what plans limit was used; answered by the features that count it. */
public interface UsageMeter {
  /** Where nothing is counted. */
  UsageMeter NONE = (account, owner, from, until) -> Future.succeededFuture(Map.of());

  /**
   * Amounts by the names that limits have in the API, such as {@code concurrent_sandboxes}; what is
   * not counted is missing.
   */
  Future<Map<String, Long>> used(UUID account, String owner, Instant from, Instant until);
}
