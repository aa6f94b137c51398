package ai.bharatbuild.sandbox;

/**
 * Counters of a sandbox at one moment.
 *
 * @param cpuNanos processor time used since it started
 * @param memoryBytes memory in use without reclaimable page cache
 * @param memoryLimitBytes its limit
 * @param pids processes and threads
 */
public record SandboxStats(long cpuNanos, long memoryBytes, long memoryLimitBytes, int pids) {}
