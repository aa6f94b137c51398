package ai.bharatbuild.sandbox;

import java.time.Instant;
import java.util.Map;

/** A container as the API shows it. */
public record ContainerView(
    String containerId,
    String projectId,
    ProjectType projectType,
    String status,
    Map<String, Integer> portMappings,
    Map<String, String> previewUrls,
    Instant createdAt,
    Instant startedAt,
    Map<String, Object> config) {}
