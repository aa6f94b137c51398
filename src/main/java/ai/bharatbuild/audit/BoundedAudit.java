package ai.bharatbuild.audit;

import ai.bharatbuild.net.AddressRange;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.SqlClient;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Keeps those who are refused, again and again, from filling the log: of one action of one party
 * the first few in a minute have a line each, and the others one together, {@code more} of them,
 * when the minute ends. What succeeds is limited by other means and always passes. Thread-safe.
 */
public final class BoundedAudit implements Audit {
  static final int LINES = 10;
  static final int PARTIES = 500;
  private static final long WINDOW_MS = TimeUnit.MINUTES.toMillis(1);

  private final Audit log;
  private final Map<Subject, Count> counts = new HashMap<>();

  /** Somebody who is known, or else an address; null for all those that are too many to tell. */
  private record Subject(String party, String action) {}

  /** What a subject has had in this minute. */
  private static final class Count {
    private int lines;
    private long more;
    private AuditEvent last;
  }

  public BoundedAudit(Vertx vertx, Audit log) {
    this.log = log;
    vertx.setPeriodic(WINDOW_MS, id -> endMinute());
  }

  @Override
  public void record(AuditEvent event) {
    if (event.outcome() == AuditEvent.Outcome.OK || counted(event)) {
      log.record(event);
    }
  }

  @Override
  public Future<Void> keep(AuditEvent event) {
    return log.keep(event);
  }

  @Override
  public Future<Void> keep(SqlClient connection, AuditEvent event) {
    return log.keep(connection, event);
  }

  /** Whether it has a line of its own. */
  private synchronized boolean counted(AuditEvent event) {
    Subject subject = new Subject(party(event), event.action());
    if (counts.size() >= PARTIES && !counts.containsKey(subject)) {
      subject = new Subject(null, event.action());
    }
    Count count = counts.computeIfAbsent(subject, it -> new Count());
    if (count.lines < LINES) {
      count.lines++;
      return true;
    }
    count.more++;
    count.last = event;
    return false;
  }

  private static String party(AuditEvent event) {
    if (event.actor() != null) {
      return event.actor().toString();
    }
    return event.address() == null ? "" : AddressRange.party(event.address());
  }

  /** Writes what was only counted, and begins to count anew. */
  public void endMinute() {
    List<Map.Entry<Subject, Count>> ended;
    synchronized (this) {
      ended = List.copyOf(counts.entrySet());
      counts.clear();
    }
    ended.forEach(
        each -> {
          if (each.getValue().more > 0) {
            log.record(sum(each.getKey(), each.getValue()));
          }
        });
  }

  /** Of many parties nothing but the number is true of all. */
  private static AuditEvent sum(Subject subject, Count count) {
    AuditEvent last = count.last;
    boolean one = subject.party() != null;
    return new AuditEvent(
        last.requestId(),
        one ? last.actor() : null,
        null,
        one ? last.address() : null,
        last.action(),
        null,
        last.outcome(),
        Map.of("more", count.more));
  }
}
