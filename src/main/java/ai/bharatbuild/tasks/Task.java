package ai.bharatbuild.tasks;

import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.UUID;

/**
 * A task as the queue knows it.
 *
 * @param userId account that it belongs to
 * @param owner the same as the owner of workspaces
 * @param apiKey key that it was asked for with, which is charged; null for none
 * @param projectId null where it is for no project
 * @param kind which worker does it
 * @param leadsProject whether the project shows the state of this task
 * @param input what was asked for
 * @param state what the worker noted to go on from; null before it noted anything
 * @param output what came of it; null before the end
 * @param error why the last attempt did not succeed, or null
 * @param spent what models cost for it, all attempts together
 * @param lease of the attempt under way, else null
 */
public record Task(
    UUID id,
    UUID userId,
    String owner,
    UUID apiKey,
    UUID projectId,
    String kind,
    boolean leadsProject,
    TaskStatus status,
    int progress,
    JsonObject input,
    JsonObject state,
    JsonObject output,
    String error,
    TaskOutcome.Spent spent,
    int attempts,
    int maxAttempts,
    UUID lease,
    boolean cancelRequested,
    Instant createdAt,
    Instant startedAt,
    Instant finishedAt) {

  /** The columns that {@link #of} reads. */
  static final String COLUMNS =
      "id, user_id, owner, api_key_id, project_id, agent_type, leads_project, status, progress,"
          + " input, state, output, error, tokens_used, cost_paise, model, attempts, max_attempts,"
          + " lease_token, cancel_requested, created_at, started_at, finished_at";

  static Task of(Row row) {
    return new Task(
        row.getUUID("id"),
        row.getUUID("user_id"),
        row.getString("owner"),
        row.getUUID("api_key_id"),
        row.getUUID("project_id"),
        row.getString("agent_type"),
        row.getBoolean("leads_project"),
        TaskStatus.of(row.getString("status")).orElseThrow(),
        row.getInteger("progress"),
        row.getJsonObject("input"),
        row.getJsonObject("state"),
        row.getJsonObject("output"),
        row.getString("error"),
        new TaskOutcome.Spent(
            row.getLong("tokens_used"), row.getLong("cost_paise"), row.getString("model")),
        row.getInteger("attempts"),
        row.getInteger("max_attempts"),
        row.getUUID("lease_token"),
        row.getBoolean("cancel_requested"),
        time(row, "created_at"),
        time(row, "started_at"),
        time(row, "finished_at"));
  }

  private static Instant time(Row row, String column) {
    OffsetDateTime time = row.getOffsetDateTime(column);
    return time == null ? null : time.toInstant();
  }
}
