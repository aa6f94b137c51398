package ai.bharatbuild.sandbox;

import java.time.Instant;
import java.util.Map;

/**
 * A container as the API shows it.
 *
 * @param paused frozen until it is used; it counts as running
 */
public record ContainerView(
    String containerId,
    String projectId,
    ProjectType projectType,
    String status,
    boolean paused,
    Map<String, Integer> portMappings,
    Map<String, String> previewUrls,
    Instant createdAt,
    Instant startedAt,
    Map<String, Object> config) {}
