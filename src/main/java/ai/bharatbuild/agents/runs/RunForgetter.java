package ai.bharatbuild.agents.runs;

import ai.bharatbuild.bus.Bus;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Removes the runs of jobs that were deleted. Usable on any context. */
public final class RunForgetter {
  private static final Logger LOG = LoggerFactory.getLogger(RunForgetter.class);

  private final Bus bus;
  private final int shards;

  public RunForgetter(Bus bus, int shards) {
    this.bus = bus;
    this.shards = shards;
  }

  /** Ends what is at work and removes everything; what cannot be removed goes at the next start. */
  public void forget(String job) {
    bus.ask(RunMessages.FORGET, Bus.shardOf(job, shards), new RunMessages.Forget(job))
        .onFailure(e -> LOG.warn("the runs of job {} are not removed yet", job, e));
  }
}
