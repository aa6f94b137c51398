package ai.bharatbuild.audit;

import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;

/** Takes note of security events and of what admins do. Safe on any thread. */
public interface Audit {
  /** For servers without a database. */
  Audit NONE = event -> {};

  /** Returns at once and never fails; what is noted is written a moment later. */
  void record(AuditEvent event);

  /**
   * Writes a line now: for what must not have happened without one. Fails when it cannot be
   * written.
   */
  default Future<Void> keep(AuditEvent event) {
    record(event);
    return Future.succeededFuture();
  }

  /** Writes a line over a connection, so that it stands or falls with its transaction. */
  default Future<Void> keep(SqlClient connection, AuditEvent event) {
    return keep(event);
  }
}
