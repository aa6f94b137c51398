package ai.bharatbuild.sandbox;

import ai.bharatbuild.bus.Address;
import ai.bharatbuild.bus.Bus;
import ai.bharatbuild.problem.ApiException;
import io.vertx.core.Future;

/**
 * How routes ask about a workspace's container: the shard that owns it, and, where nothing is
 * found, whether that is because its job has expired.
 */
public final class Calls {
  private final Bus bus;
  private final int shards;
  private final Workspaces workspaces;

  public Calls(Bus bus, int shards, Workspaces workspaces) {
    this.bus = bus;
    this.shards = shards;
    this.workspaces = workspaces;
  }

  int shards() {
    return shards;
  }

  <Q, R> Future<R> askShard(Address<Q, R> address, int shard, Q question) {
    return bus.ask(address, Integer.toString(shard), question);
  }

  <Q, R> Future<R> ask(Address<Q, R> address, String id, String owner, Q question) {
    return bus.ask(address, Bus.shardOf(id, shards), question)
        .recover(
            cause -> isNotFound(cause) ? explain(id, owner, cause) : Future.failedFuture(cause));
  }

  /** Notes that the owner's container is used; 404 when there is none. */
  public Future<Void> touch(String id, String owner) {
    return ask(ContainerMessages.TOUCH, id, owner, new ContainerMessages.Of(id, owner));
  }

  private static boolean isNotFound(Throwable cause) {
    return cause instanceof ApiException known && known.problem().status() == 404;
  }

  private <R> Future<R> explain(String id, String owner, Throwable cause) {
    return workspaces
        .expired(id, owner)
        .compose(
            expired ->
                Future.failedFuture(
                    expired
                        ? new ApiException(
                            410, "job_expired", "The job has expired; its files are gone.")
                        : cause));
  }
}
