package ai.bharatbuild.tasks;

import io.vertx.core.json.JsonObject;
import java.util.UUID;

/**
 * What is to be put on the queue; see {@link Task} for the members.
 *
 * @param leadsProject whether the project is to show the state of this task. A project has one such
 *     task at a time
 * @param maxAttempts 1 to 100
 * @param server the only one that can do it, as what it works on is on that server's disk, or null
 */
public record NewTask(
    UUID userId,
    String owner,
    UUID apiKey,
    UUID projectId,
    String kind,
    boolean leadsProject,
    JsonObject input,
    int maxAttempts,
    String server) {}
