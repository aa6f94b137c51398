package ai.bharatbuild.webhooks;

import ai.bharatbuild.db.Sql;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.util.UUID;

/** One event on its way to one endpoint, as the API shows it. */
record Delivery(
    UUID id,
    String eventId,
    String eventType,
    String status,
    int attempts,
    Instant nextAttemptAt,
    Integer lastStatus,
    String lastError,
    UUID replayOf,
    Instant createdAt,
    Instant finishedAt) {
  /** One try to send it. */
  record Attempt(int attempt, Instant at, int durationMs, Integer status, String error) {
    static Attempt of(Row row) {
      return new Attempt(
          row.getInteger("attempt"),
          Sql.instant(row, "at"),
          row.getInteger("duration_ms"),
          row.getInteger("status"),
          row.getString("error"));
    }
  }

  static Delivery of(Row row) {
    boolean open = row.getValue("finished_at") == null;
    return new Delivery(
        row.getUUID("id"),
        row.getString("event_id"),
        row.getString("event_type"),
        row.getString("status"),
        row.getInteger("attempts"),
        open ? Sql.instant(row, "next_attempt_at") : null,
        row.getInteger("last_status"),
        row.getString("last_error"),
        row.getUUID("replay_of"),
        Sql.instant(row, "created_at"),
        Sql.instant(row, "finished_at"));
  }
}
