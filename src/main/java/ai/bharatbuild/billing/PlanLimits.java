package ai.bharatbuild.billing;

import io.vertx.core.Future;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/** What an account's plan allows it now; for whoever enforces it. Usable on any context. */
public interface PlanLimits {
  /**
   * Fails when the database cannot be asked. An account without a paid plan, or whose time is over,
   * has those of the free one.
   */
  Future<Allowance> of(UUID account);

  /**
   * @param from when the month that monthly limits speak of began
   * @param until when it ends
   * @param documents kinds of documents that may be made; null for all
   */
  record Allowance(
      String planId,
      Instant from,
      Instant until,
      boolean downloads,
      List<String> documents,
      Plan.Limits limits) {}
}
