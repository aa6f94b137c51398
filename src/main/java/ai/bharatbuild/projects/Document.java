package ai.bharatbuild.projects;

import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.util.UUID;

/**
 * A document of a project; its bytes are in the object store.
 *
 * @param type such as {@code srs} or {@code project_report}
 * @param version from 1, for each type and kind of file
 * @param fileSize bytes
 * @param agentGenerated whether an agent wrote it
 */
public record Document(
    UUID id,
    UUID projectId,
    String type,
    String title,
    int version,
    String fileName,
    String mimeType,
    long fileSize,
    boolean agentGenerated,
    Instant createdAt) {

  static final String COLUMNS =
      "id, project_id, type, title, version, file_name, mime_type, file_size, agent_generated,"
          + " created_at";

  static Document of(Row row) {
    return new Document(
        row.getUUID("id"),
        row.getUUID("project_id"),
        row.getString("type"),
        row.getString("title"),
        row.getInteger("version"),
        row.getString("file_name"),
        row.getString("mime_type"),
        row.getLong("file_size"),
        row.getBoolean("agent_generated"),
        Project.time(row, "created_at"));
  }
}
