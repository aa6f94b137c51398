package ai.bharatbuild.sandbox;

/**
 * What a sandbox may use. All sizes are bytes.
 *
 * @param memoryBytes memory of all processes and of tmpfs together; swap is capped to the same
 * @param cpus share of processors, 0.5 is half of one
 * @param pids processes and threads at once
 * @param fileBytes largest file that a process may write (RLIMIT_FSIZE); the sandbox's disk limit
 * @param tmpfsBytes size of {@code /tmp}
 * @param openFiles descriptors of one process
 */
public record Limits(
    long memoryBytes, double cpus, int pids, long fileBytes, long tmpfsBytes, int openFiles) {}
