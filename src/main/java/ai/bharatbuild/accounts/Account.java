package ai.bharatbuild.accounts;

import ai.bharatbuild.http.Role;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.util.UUID;

/**
 * A user as the API shows them: never with anything to sign in with. The five last members are for
 * students; null for others who did not give them.
 */
public record Account(
    UUID id,
    String email,
    String name,
    String role,
    boolean isActive,
    boolean emailVerified,
    Instant createdAt,
    String rollNumber,
    String college,
    String department,
    String course,
    String guide) {
  /** The columns that {@link #of} reads, of the table {@code users}. */
  static final String COLUMNS =
      "id, email, name, role, is_active, email_verified, created_at, roll_number, college,"
          + " department, course, guide";

  static Account of(Row row) {
    return new Account(
        row.getUUID("id"),
        row.getString("email"),
        row.getString("name"),
        row.getString("role"),
        row.getBoolean("is_active"),
        row.getBoolean("email_verified"),
        row.getOffsetDateTime("created_at").toInstant(),
        row.getString("roll_number"),
        row.getString("college"),
        row.getString("department"),
        row.getString("course"),
        row.getString("guide"));
  }

  Role roleOfTable() {
    return Role.of(role).orElseThrow();
  }
}
