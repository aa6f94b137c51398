package ai.bharatbuild.jobs;

import ai.bharatbuild.bus.Bus;
import ai.bharatbuild.jobs.JobMessages.AnyRef;
import ai.bharatbuild.jobs.JobMessages.Ref;
import io.vertx.core.Future;

/** What the server's other features may do with workspaces. Usable on any context. */
public final class WorkspaceAccess {
  private final Bus bus;
  private final int shards;

  public WorkspaceAccess(Bus bus, int shards) {
    this.bus = bus;
    this.shards = shards;
  }

  /**
   * The owner's workspace, made when there is none. Fails with 404 when it is somebody else's, with
   * 410 when its job has expired.
   */
  public Future<WorkspaceInfo> ensure(String id, String owner) {
    return bus.ask(JobMessages.ENSURE, shard(id), new Ref(id, owner, true));
  }

  /** The workspace whoever owns it, or null. */
  public Future<WorkspaceInfo> find(String id) {
    return bus.ask(JobMessages.FIND, shard(id), new AnyRef(id)).map(JobMessages.Found::info);
  }

  /** Deletes files and record of the owner's workspace; its job too. */
  public Future<Void> delete(String id, String owner) {
    return bus.ask(JobMessages.CLEAR, shard(id), new Ref(id, owner, true)).mapEmpty();
  }

  /** Counts a job's files again, after processes may have changed them. */
  public Future<Void> recount(String id) {
    return bus.ask(JobMessages.RECOUNT, shard(id), new AnyRef(id)).mapEmpty();
  }

  private String shard(String id) {
    return Bus.shardOf(id, shards);
  }
}
