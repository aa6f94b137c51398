package ai.bharatbuild.sandbox;

import java.time.Duration;

/**
 * Where to go on with a command that was started as {@link ExecSpec#resumable}.
 *
 * @param outputs pieces of its output that are had already; the next one is given first
 * @param timeout as it was started with
 * @param stdin whether its input can still be written
 * @param pty whether it has a terminal
 */
public record Resumption(
    String execId, long outputs, Duration timeout, boolean stdin, boolean pty) {}
