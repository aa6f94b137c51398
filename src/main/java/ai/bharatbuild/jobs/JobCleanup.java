package ai.bharatbuild.jobs;

import ai.bharatbuild.bus.Bus;
import ai.bharatbuild.jobs.JobMessages.Everything;
import ai.bharatbuild.jobs.JobMessages.Swept;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;

/** Asks every shard to end what is too old and to remove what belongs to nobody. */
public final class JobCleanup {
  private final Bus bus;
  private final int shards;

  public JobCleanup(Bus bus, int shards) {
    this.bus = bus;
    this.shards = shards;
  }

  /** How many jobs were ended. */
  public Future<Integer> sweep() {
    List<Future<Swept>> asked = new ArrayList<>();
    for (int shard = 0; shard < shards; shard++) {
      asked.add(bus.ask(JobMessages.SWEEP, Integer.toString(shard), new Everything()));
    }
    return Future.all(asked)
        .map(all -> asked.stream().mapToInt(swept -> swept.result().jobs()).sum());
  }
}
