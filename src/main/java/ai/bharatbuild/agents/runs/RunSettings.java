package ai.bharatbuild.agents.runs;

/**
 * Bounds of runs.
 *
 * @param instances verticles that share the runs
 * @param concurrent runs that work at once on this server
 * @param waiting runs that may wait for their turn
 * @param maxCostMicros the most that a run may cost, in millionths of the models' currency, and
 *     what it may cost where the caller says nothing
 * @param maxTokens the same for tokens of all its calls
 */
public record RunSettings(
    int instances, int concurrent, int waiting, long maxCostMicros, long maxTokens) {}
