package ai.bharatbuild.agents.runs;

import ai.bharatbuild.agents.verify.Evidence;
import ai.bharatbuild.bus.Bus;
import io.vertx.core.Future;

/** What runs saw of projects, for the server's other parts. Usable on any context. */
public final class RunEvidence {
  private final Bus bus;
  private final int shards;

  /**
   * @param shards verticles that share the runs
   */
  public RunEvidence(Bus bus, int shards) {
    this.bus = bus;
    this.shards = shards;
  }

  /** The evidence of the owner's last run on a job that verified anything, or null. */
  public Future<Evidence> newest(String job, String owner) {
    return bus.ask(
            RunMessages.EVIDENCE, Bus.shardOf(job, shards), new RunMessages.OfJob(job, owner))
        .map(RunMessages.Seen::evidence);
  }
}
