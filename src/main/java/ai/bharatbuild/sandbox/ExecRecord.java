package ai.bharatbuild.sandbox;

import java.time.Instant;

/**
 * An exec as it is kept; the last members are null until it ended.
 *
 * @param timeout seconds, or 0 for none
 * @param stdin whether it takes input
 * @param inputClosed whether that has been closed, or was about to be
 * @param tagged whether its events name it
 */
record ExecRecord(
    String execId,
    String command,
    Instant startedAt,
    long timeout,
    boolean stdin,
    boolean inputClosed,
    boolean tagged,
    Instant endedAt,
    Integer data,
    Boolean success,
    String cause) {}
