package ai.bharatbuild.webhooks;

import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Who has endpoints, kept in memory so that events of all others cost no statement. An endpoint
 * made by this server counts from before its maker is answered; one made by another server when
 * this one has looked again. Thread-safe.
 */
final class Owners {
  private final Pool pool;
  private final AtomicLong changes = new AtomicLong();
  private volatile Set<String> known;

  Owners(Pool pool) {
    this.pool = pool;
  }

  /** Whether events of that owner may concern an endpoint; until that is known, they may. */
  boolean mayListen(String owner) {
    Set<String> now = known;
    return now == null || now.contains(owner);
  }

  void add(String owner) {
    changes.incrementAndGet();
    Set<String> now = known;
    if (now != null) {
      now.add(owner);
    }
  }

  /** Looks again. */
  Future<Void> refresh() {
    long before = changes.get();
    return pool.preparedQuery("SELECT DISTINCT owner FROM webhook_endpoints WHERE enabled")
        .execute()
        .map(
            rows -> {
              Set<String> found = ConcurrentHashMap.newKeySet();
              rows.forEach(row -> found.add(row.getString("owner")));
              Set<String> old = known;
              // What was added while the database looked may be missing from its answer.
              if (changes.get() != before && old != null) {
                found.addAll(new HashSet<>(old));
              }
              known = changes.get() != before && old == null ? null : found;
              return null;
            });
  }
}
