package ai.bharatbuild.webhooks;

import ai.bharatbuild.db.Sql;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;

/** An endpoint as the API shows it, without its secret. */
record Endpoint(
    UUID id,
    String url,
    List<String> events,
    String description,
    boolean enabled,
    Instant createdAt,
    Instant updatedAt) {
  static Endpoint of(Row row) {
    return new Endpoint(
        row.getUUID("id"),
        row.getString("url"),
        Arrays.asList(row.getArrayOfStrings("events")),
        row.getString("description"),
        row.getBoolean("enabled"),
        Sql.instant(row, "created_at"),
        Sql.instant(row, "updated_at"));
  }
}
