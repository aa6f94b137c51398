package ai.bharatbuild.agents.runs;

import ai.bharatbuild.agents.verify.Evidence;
import ai.bharatbuild.bus.Bus;
import io.vertx.core.Future;
import java.util.Iterator;

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
    return bus.ask(RunMessages.LIST, Bus.shardOf(job, shards), new RunMessages.Mine(owner, job))
        .compose(found -> first(found.runs().iterator(), owner));
  }

  private Future<Evidence> first(Iterator<RunMessages.Item> runs, String owner) {
    if (!runs.hasNext()) {
      return Future.succeededFuture();
    }
    RunId id = runs.next().id();
    return bus.ask(RunMessages.GET, Bus.shardOf(id.job(), shards), new RunMessages.Of(id, owner))
        .compose(
            run ->
                run.evidence() == null || isGivenBack(run)
                    ? first(runs, owner)
                    : Future.succeededFuture(run.evidence()));
  }

  /** What such a run saw is not there any more, but what was there before it. */
  private static boolean isGivenBack(RunView run) {
    return run.reason() != null && run.reason().givenBack();
  }
}
