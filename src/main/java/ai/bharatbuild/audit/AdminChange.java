package ai.bharatbuild.audit;

import ai.bharatbuild.http.Operation;
import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import io.vertx.sqlclient.SqlClient;
import java.util.Map;

/**
 * The line of a change that must not happen without one. It is written in the transaction of the
 * change, so that a server that is killed leaves both or neither.
 */
public final class AdminChange {
  private static final int OK = 200;
  private final Audit audit;
  private final RoutingContext context;

  /**
   * @param context the call; what it is about must have been said to {@link AuditFacts}
   */
  public AdminChange(Audit audit, RoutingContext context) {
    this.audit = audit;
    this.context = context;
  }

  /** Writes the line over the connection of the transaction, last of all. */
  public Future<Void> keep(SqlClient connection) {
    Operation operation = Operation.of(context).orElseThrow();
    AuditEvent done =
        AuditEvent.of(context, operation, AuditEvent.Outcome.OK, Map.of("status", OK));
    return audit.keep(connection, done).onSuccess(v -> AuditFacts.of(context).kept());
  }
}
