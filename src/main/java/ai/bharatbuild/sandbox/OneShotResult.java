package ai.bharatbuild.sandbox;

import io.vertx.core.buffer.Buffer;

/**
 * What came of one command. Both streams together are at most what the specification allows.
 *
 * @param stdoutTruncated whether the command wrote more than was kept; then the cause is {@code
 *     OUTPUT_LIMIT}. A runtime that cannot tell the streams apart may set both
 * @param exit how it ended. A program that could not be run ended with code 127 (not found) or 126,
 *     and standard error says why. The cause is never {@code LOST}
 */
public record OneShotResult(
    Buffer stdout,
    Buffer stderr,
    boolean stdoutTruncated,
    boolean stderrTruncated,
    ExitReport exit) {}
