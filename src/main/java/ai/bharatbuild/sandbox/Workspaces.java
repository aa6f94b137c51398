package ai.bharatbuild.sandbox;

import io.vertx.core.Future;
import java.nio.file.Path;

/** What sandboxes need to know of the workspaces that they run on; given by whoever stores them. */
public interface Workspaces {
  /**
   * The directory of the workspace, made when there is none yet. Fails with 404 when it is somebody
   * else's, with 410 when its job is expired.
   */
  Future<Path> ensure(String id, String owner);

  record Prepared(String token, Path directory) {}

  Future<Prepared> prepare(long limitBytes);

  Future<Path> occupy(String id, String owner, Prepared prepared);

  Future<Void> discard(Prepared prepared);

  Future<Void> keepPrepared(java.util.Collection<String> tokens);

  Future<Boolean> hasVolume(String id);

  /** Whether there is such a workspace with its files, whoever owns it. */
  Future<Boolean> exists(String id);

  /** Whether the owner's job of that id has expired, which is told apart from not being there. */
  Future<Boolean> expired(String id, String owner);

  /** Deletes the directory and everything known of it. */
  Future<Void> delete(String id, String owner);

  /** Counts again what is in it, after processes may have changed it. */
  Future<Void> recount(String id);
}
