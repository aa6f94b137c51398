package ai.bharatbuild.limits;

import ai.bharatbuild.http.Caller;
import io.vertx.core.Future;
import java.util.Map;

/** What quotas of calls are made of; answered by other features. Asked on event loops. */
public interface QuotaSource {
  /** What a caller's plan allows; what is missing is not limited. */
  Future<Map<Quota, Long>> allowed(Caller caller);

  /** How much a caller has of something now. */
  Future<Long> used(Caller caller, Quota quota);
}
