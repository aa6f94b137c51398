package ai.bharatbuild.agents.runs;

import ai.bharatbuild.agents.work.StopSignal;
import ai.bharatbuild.agents.work.Workspace;
import io.vertx.core.Future;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/** What runs need of jobs, sandboxes and versions; given by whoever has them. Any thread. */
public interface RunWorkspaces {
  /** What the workspace of a run tells it of commands, so that none is left behind. */
  interface Commands {
    /** Called before the command is waited for. */
    void begun(String execId);

    void ended(String execId);
  }

  /** Makes a job of the owner's and gives its id. */
  Future<String> create(String owner, String name);

  /** Deletes a job that {@link #create} made. */
  Future<Void> discard(String job, String owner);

  /** The owner's project that the job was linked to last, or null; never fails. */
  Future<UUID> project(String job, UUID account);

  /**
   * Whether the owner's job is complete, that is, has a ZIP. Fails with 404 where there is none,
   * with 410 where it has expired.
   */
  Future<Boolean> isComplete(String job, String owner);

  /**
   * Fails with 402 where a run on the job could not work, since the plan of its owner allows no
   * more jobs or sandboxes; changes nothing.
   */
  Future<Void> admits(String job, String owner);

  /** Sees to it that the job can be changed, for which a complete one loses its ZIP. */
  Future<Void> open(String job, String owner);

  /** Whether there is such a job, whoever has it. */
  Future<Boolean> exists(String job);

  /** Makes the job complete; gives how many files it has. */
  Future<Integer> complete(String job, String owner);

  Future<Void> fail(String job, String owner, String reason);

  /** The job's workspace as the run's stages use it. */
  Workspace workspace(String job, String owner, StopSignal stop, Commands commands);

  /** Ends a command that an earlier server began; what is over or gone is fine. */
  Future<Void> cancel(String job, String owner, String execId);

  /**
   * Keeps the job's files as they are as a version and gives its number; the newest one's when
   * nothing has changed since.
   *
   * @param label why, for people, such as {@code written}
   */
  Future<Integer> keep(String job, String owner, String label);

  /**
   * Puts the files of a version in the place of those of another, which is how they are. What
   * somebody has changed since stays.
   *
   * @param instead the other version
   * @param edited paths that the user changed before that other version, which stay, too
   * @return paths of what stayed, sorted
   */
  Future<List<String>> restore(
      String job, String owner, int version, int instead, Set<String> edited);
}
