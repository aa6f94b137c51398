package ai.bharatbuild.agents.runs;

import ai.bharatbuild.bus.Bus;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.List;

/** Owns the runs of one shard of the jobs. Answers {@link RunMessages}. */
public final class AgentVerticle extends VerticleBase {
  private final RunParts parts;
  private final int shard;
  private final int shards;
  private Runs runs;

  public AgentVerticle(RunParts parts, int shard, int shards) {
    this.parts = parts;
    this.shard = shard;
    this.shards = shards;
  }

  @Override
  public Future<?> start() {
    runs = new Runs(vertx, context, parts);
    return runs.recover(job -> Bus.shardOf(job, shards).equals(Integer.toString(shard)))
        .compose(v -> serve());
  }

  private Future<?> serve() {
    Bus bus = parts.bus();
    String mine = Integer.toString(shard);
    return Future.all(
        List.of(
            bus.serve(RunMessages.START, mine, runs::start),
            bus.serve(RunMessages.GET, mine, runs.answers()::get),
            bus.serve(
                RunMessages.LIST, mine, of -> Future.succeededFuture(runs.answers().list(of))),
            bus.serve(RunMessages.EVIDENCE, mine, runs.answers()::evidence),
            bus.serve(RunMessages.EVENTS, mine, runs::events),
            bus.serve(RunMessages.CANCEL, mine, runs::cancel),
            bus.serve(RunMessages.RESUME, mine, runs::resume),
            bus.serve(RunMessages.APPROVE, mine, runs::approve),
            bus.serve(RunMessages.FORGET, mine, of -> runs.forget(of.job()))));
  }

  @Override
  public Future<?> stop() {
    return runs == null ? Future.succeededFuture() : runs.close();
  }
}
