package ai.bharatbuild.projects;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * A project as it is kept and as the API shows it.
 *
 * @param progress 0 to 100
 * @param config what its owner wants to keep with it
 */
@JsonPropertyOrder({"id", "user_id", "title", "description", "mode", "status", "progress"})
public record Project(
    UUID id,
    UUID userId,
    String title,
    String description,
    ProjectMode mode,
    ProjectStatus status,
    int progress,
    String domain,
    String framework,
    String deploymentTarget,
    String industry,
    String targetMarket,
    List<String> techStack,
    Map<String, Object> config,
    Instant createdAt,
    Instant updatedAt,
    Instant completedAt) {

  /** The columns that {@link #of} reads. */
  static final String COLUMNS =
      "id, user_id, title, description, mode, status, progress, domain, framework,"
          + " deployment_target, industry, target_market, tech_stack, config, created_at,"
          + " updated_at, completed_at";

  static Project of(Row row) {
    return new Project(
        row.getUUID("id"),
        row.getUUID("user_id"),
        row.getString("title"),
        row.getString("description"),
        ProjectMode.of(row.getString("mode")).orElseThrow(),
        ProjectStatus.of(row.getString("status")).orElseThrow(),
        row.getInteger("progress"),
        row.getString("domain"),
        row.getString("framework"),
        row.getString("deployment_target"),
        row.getString("industry"),
        row.getString("target_market"),
        List.of(row.getArrayOfStrings("tech_stack")),
        row.getJsonObject("config").getMap(),
        time(row, "created_at"),
        time(row, "updated_at"),
        time(row, "completed_at"));
  }

  static Instant time(Row row, String column) {
    OffsetDateTime time = row.getOffsetDateTime(column);
    return time == null ? null : time.toInstant();
  }
}
