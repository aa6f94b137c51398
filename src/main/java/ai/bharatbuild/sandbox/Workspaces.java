package ai.bharatbuild.sandbox;

import io.vertx.core.Future;
import java.nio.file.Path;
import java.util.Collection;

/** What sandboxes need to know of the workspaces that they run on; given by whoever stores them. */
public interface Workspaces {
  /**
   * The directory of the workspace, made when there is none yet. Fails with 404 when it is somebody
   * else's, with 410 when its job is expired.
   */
  Future<Path> ensure(String id, String owner);

  /**
   * As {@link #ensure(String, String)}, and from then on the workspace cannot take more than so
   * many bytes on disk, where the server has the means to hold it to that. No sandbox may be on the
   * workspace yet: its files may move. Fails with 413 when they take more already, with 507 when
   * the server's disk has no room for so much.
   */
  Future<Path> ensure(String id, String owner, long limitBytes);

  /**
   * An empty workspace that belongs to nobody yet, for a sandbox to wait on.
   *
   * @param token names it, also after a restart of the server
   * @param directory keeps its inode and its path for good, also when it becomes somebody's
   */
  record Prepared(String token, Path directory) {}

  /** Makes one, which cannot take more than so many bytes where the server can see to that. */
  Future<Prepared> prepare(long limitBytes);

  /**
   * Makes a prepared workspace the one of an id, which is made when there is none yet, and moves
   * the files that the id has into it; changes made through the API meanwhile are neither lost nor
   * half seen. A bind mount made of the prepared directory before stays valid. No other sandbox may
   * be on the id's workspace. Fails as {@link #ensure(String, String)}; with 413 when the files do
   * not fit; with 409 of code {@code workspace_has_volume} when {@link #hasVolume}. When it fails
   * both are as they were.
   *
   * @return the directory, which is the prepared one
   */
  Future<Path> occupy(String id, String owner, Prepared prepared);

  /**
   * Whether the workspace has a file system of its own already, which it keeps: it cannot occupy
   * another, and gets a sandbox by {@link #ensure(String, String, long)}.
   */
  Future<Boolean> hasVolume(String id);

  /** Takes a prepared workspace away; does nothing when somebody has it or it is gone. */
  Future<Void> discard(Prepared prepared);

  /** At start: takes away every prepared workspace that nobody has but those with these tokens. */
  Future<Void> keepPrepared(Collection<String> tokens);

  /** Whether there is such a workspace with its files, whoever owns it. */
  Future<Boolean> exists(String id);

  /** Whether the owner's job of that id has expired, which is told apart from not being there. */
  Future<Boolean> expired(String id, String owner);

  /** Deletes the directory and everything known of it. */
  Future<Void> delete(String id, String owner);

  /** Counts again what is in it, after processes may have changed it. */
  Future<Void> recount(String id);
}
