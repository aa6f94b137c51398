package ai.bharatbuild.jobs;

import ai.bharatbuild.bus.Bus;
import ai.bharatbuild.jobs.JobMessages.AnyRef;
import ai.bharatbuild.jobs.JobMessages.HasVolume;
import ai.bharatbuild.jobs.JobMessages.Ref;
import io.vertx.core.Future;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/** What the server's other features may do with workspaces. Usable on any context. */
public final class WorkspaceAccess {
  private final Bus bus;
  private final int shards;

  public WorkspaceAccess(Bus bus, int shards) {
    this.bus = bus;
    this.shards = shards;
  }

  /**
   * The files of the owner's workspace, which is made when there is none. Fails with 404 when it is
   * somebody else's, with 410 when its job has expired.
   *
   * @param limit bytes that they may take on disk, where the server can see to that; 0 for no limit
   *     of their own. Fails with 413 when they take more already, with 507 when the server's disk
   *     has no room for so much.
   */
  public Future<Path> ensure(String id, String owner, long limit) {
    return bus.ask(
            JobMessages.ENSURE, shard(id), new JobMessages.Ensure(new Ref(id, owner, true), limit))
        .map(JobMessages.Placed::directory);
  }

  /**
   * A place for files that nobody has yet.
   *
   * @param token names it
   */
  public record Prepared(String token, Path directory) {}

  /** Makes one; the limit is that of {@link #ensure}. */
  public Future<Prepared> prepare(long limit) {
    String any = Integer.toString(ThreadLocalRandom.current().nextInt(shards));
    return bus.ask(JobMessages.PREPARE, any, new JobMessages.Prepare(limit))
        .map(made -> new Prepared(made.token(), made.directory()));
  }

  /**
   * Gives a workspace, made where there is none, a prepared place for its files, and moves those it
   * has there. Fails as {@link #ensure}; with 413 when the files do not fit; with 409 of code
   * {@code workspace_has_volume} when they are on a volume already.
   */
  public Future<Path> occupy(String id, String owner, String token) {
    return bus.ask(
            JobMessages.OCCUPY, shard(id), new JobMessages.Occupy(new Ref(id, owner, true), token))
        .map(JobMessages.Placed::directory);
  }

  /** Whether the workspace's files are on a file system of their own. */
  public Future<Boolean> hasVolume(String id) {
    return bus.ask(JobMessages.HAS_VOLUME, shard(id), new AnyRef(id)).map(HasVolume::yes);
  }

  /** Takes away prepared places: these, or all but these. Those that somebody got stay. */
  public Future<Void> unprepare(Set<String> tokens, boolean keep) {
    return bus.ask(JobMessages.UNPREPARE, "0", new JobMessages.Unprepare(tokens, keep)).mapEmpty();
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
