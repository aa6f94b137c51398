package ai.bharatbuild.sandbox.process;

import java.nio.file.Path;

/**
 * How commands are run by bubblewrap.
 *
 * @param launcher the program of {@code docker/launcher}
 * @param bubblewrap the program {@code bwrap}
 * @param group name of the control group, relative to the hierarchies' roots, below which sandboxes
 *     have theirs; no other server may use it
 * @param spare sandboxes that wait prepared, for each combination of type and disk limit in use
 * @param concurrency commands that run at once
 * @param waiting commands that may wait for their turn
 */
public record ProcessSettings(
    Path launcher, Path bubblewrap, String group, int spare, int concurrency, int waiting) {}
