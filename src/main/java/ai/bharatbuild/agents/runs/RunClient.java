package ai.bharatbuild.agents.runs;

import ai.bharatbuild.bus.Bus;
import ai.bharatbuild.log.LogReader;
import ai.bharatbuild.problem.ApiException;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.List;

/** Begins runs and waits for them, for the server's other parts. Usable on any context. */
final class RunClient {
  private static final int READ = 64 << 10;

  private final Vertx vertx;
  private final Bus bus;
  private final int shards;

  RunClient(Vertx vertx, Bus bus, int shards) {
    this.vertx = vertx;
    this.bus = bus;
    this.shards = shards;
  }

  /** Begins a run on a job, or gives the one that is at work on it. */
  Future<RunId> start(String job, RunRequest request) {
    return bus.ask(RunMessages.START, shard(job), new RunMessages.Start(job, request, List.of()))
        .map(started -> RunId.inPath(started.view().runId()))
        .recover(
            e ->
                e instanceof ApiException known && known.problem().code().equals("run_active")
                    ? newest(job, request.owner())
                    : Future.failedFuture(e));
  }

  private Future<RunId> newest(String job, String owner) {
    return bus.ask(RunMessages.LIST, shard(job), new RunMessages.Mine(owner, job, 1))
        .map(
            found -> {
              if (found.runs().isEmpty()) {
                throw RunId.notFound();
              }
              return found.runs().getFirst().id();
            });
  }

  /**
   * Waits for the end of a run and gives how it is then.
   *
   * @param moved is called when something was told, on the calling context
   */
  Future<RunView> end(RunId id, String owner, Runnable moved) {
    RunMessages.Of of = new RunMessages.Of(id, owner);
    return bus.ask(RunMessages.EVENTS, shard(id.job()), of)
        .compose(found -> ended(found.log(), moved))
        .compose(v -> get(id, owner));
  }

  Future<RunView> get(RunId id, String owner) {
    return bus.ask(RunMessages.GET, shard(id.job()), new RunMessages.Of(id, owner));
  }

  Future<RunView> cancel(RunId id, String owner) {
    return bus.ask(RunMessages.CANCEL, shard(id.job()), new RunMessages.Of(id, owner));
  }

  private Future<Void> ended(RunLog log, Runnable moved) {
    Promise<Void> done = Promise.promise();
    Context own = vertx.getOrCreateContext();
    own.runOnContext(v -> follow(own, log.events().reader(0), moved, done));
    return done.future();
  }

  private static void follow(Context own, LogReader reader, Runnable moved, Promise<Void> done) {
    reader
        .next(READ)
        .onComplete(
            records -> {
              if (records.length() > 0) {
                moved.run();
                own.runOnContext(v -> follow(own, reader, moved, done));
              } else if (reader.ended()) {
                reader.close();
                done.tryComplete();
              } else {
                reader.onMore(() -> follow(own, reader, moved, done));
              }
            },
            done::tryFail);
  }

  private String shard(String job) {
    return Bus.shardOf(job, shards);
  }
}
