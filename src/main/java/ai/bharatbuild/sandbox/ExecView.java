package ai.bharatbuild.sandbox;

import java.time.Instant;

/**
 * An exec as the API shows it. The last members are null while it runs.
 *
 * @param state {@code running} or {@code ended}
 * @param data exit code
 */
public record ExecView(
    String execId,
    String command,
    String state,
    Instant startedAt,
    Instant endedAt,
    Integer data,
    Boolean success,
    String cause,
    long lastEventId) {}
