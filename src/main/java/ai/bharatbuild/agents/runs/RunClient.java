package ai.bharatbuild.agents.runs;

import ai.bharatbuild.bus.Bus;
import ai.bharatbuild.log.LogFollower;
import ai.bharatbuild.problem.ApiException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Begins runs and waits for them, for the server's other parts. Usable on any context. */
final class RunClient {
  /** Between two looks whether a job is free. */
  private static final long BUSY_MS = 1_000;

  private final Vertx vertx;
  private final Bus bus;
  private final int shards;

  RunClient(Vertx vertx, Bus bus, int shards) {
    this.vertx = vertx;
    this.bus = bus;
    this.shards = shards;
  }

  /**
   * Begins a run on a job, or gives the one that was begun with the request's key. While another
   * one is at work on the job, which does something else, it waits.
   *
   * @param unwanted whether nobody waits for it any more; then it fails with {@code attempt_over}
   */
  Future<RunId> start(String job, RunRequest request, BooleanSupplier unwanted) {
    if (unwanted.getAsBoolean()) {
      return Future.failedFuture(
          ApiException.conflict("attempt_over", "Nobody waits for the run any more."));
    }
    return bus.ask(RunMessages.START, shard(job), new RunMessages.Start(job, request, List.of()))
        .map(started -> RunId.inPath(started.view().runId()))
        .recover(
            e ->
                e instanceof ApiException known && known.problem().code().equals("run_active")
                    ? vertx
                        .timer(BUSY_MS, TimeUnit.MILLISECONDS)
                        .compose(v -> start(job, request, unwanted))
                    : Future.failedFuture(e));
  }

  /**
   * Waits for the end of a run and gives how it is then.
   *
   * @param moved is called when something was told, on the calling context
   */
  Future<RunView> end(RunId id, String owner, Runnable moved) {
    RunMessages.Of of = new RunMessages.Of(id, owner);
    return bus.ask(RunMessages.EVENTS, shard(id.job()), of)
        .compose(
            found -> LogFollower.follow(vertx, found.log().events(), 0, records -> moved.run()))
        .compose(v -> get(id, owner));
  }

  Future<RunView> get(RunId id, String owner) {
    return bus.ask(RunMessages.GET, shard(id.job()), new RunMessages.Of(id, owner));
  }

  Future<RunView> cancel(RunId id, String owner) {
    return bus.ask(RunMessages.CANCEL, shard(id.job()), new RunMessages.Of(id, owner));
  }

  private String shard(String job) {
    return Bus.shardOf(job, shards);
  }
}
