package ai.bharatbuild.versions;

import ai.bharatbuild.files.OpenFile;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.time.Instant;
import java.util.List;

/** What versions need to know of jobs and do with them; given by whoever stores them. */
public interface VersionedJobs {
  /**
   * A job.
   *
   * @param complete whether it has a ZIP, or one is being made
   */
  record Job(String name, boolean complete) {}

  /** The owner's job, or null where there is none, or it has expired. */
  Future<Job> find(String id, String owner);

  /**
   * What a job was completed with and nobody has kept yet.
   *
   * @param id one completion has one
   * @param incarnation which life of the job's id
   * @param name of the job
   */
  record Completion(
      String id, String job, String owner, String incarnation, String name, Instant at) {}

  /**
   * Waits until the present completion of a job is among those that are held, if it was not kept
   * before; does nothing where the job is not complete, or gone.
   */
  Future<Void> hold(String id, String owner);

  /** What is held, oldest first; it outlives the jobs. */
  List<Completion> held();

  /** The ZIP, which the caller closes; null where it is not held any more. */
  Future<OpenFile> open(Completion completion);

  /** Lets go of what is kept by now, or is not wanted. */
  Future<Void> release(Completion completion);

  /** Whether that life of the id goes on, whoever owns it. */
  Future<Boolean> lives(String id, String incarnation);

  /** Whether ZIPs are kept outside of jobs, too. */
  boolean copied();

  /** Removes such ZIPs of a job that is gone, unless the id is a job again. */
  Future<Void> removeCopies(String id);

  Future<Void> reopen(String id, String owner);

  Future<Void> complete(String id, String owner);

  /** Paths of the job's files. */
  Future<List<String>> files(String id, String owner);

  /**
   * A file and what is in it.
   *
   * @param sha256 of its content; null for one that is too large to be read as a whole
   */
  record Content(String path, long size, String sha256) {}

  /** The job's files with their hashes, which are known without reading where nothing changed. */
  Future<List<Content>> hashes(String id, String owner);

  /** A whole file; fails with 404 where there is none, with 413 where it is too large for that. */
  Future<Buffer> read(String id, String owner, String path);

  /** A file of any size, which the caller closes; fails with 404 where there is none. */
  Future<OpenFile> open(String id, String owner, String path);

  Future<Void> write(String id, String owner, String path, Buffer content);

  Future<Void> remove(String id, String owner, String path);

  /**
   * Writes a file, or removes it, only where it is what somebody saw last.
   *
   * @param seen SHA-256 of what was seen; null for no file
   * @param content null to remove it
   * @return whether it was done; if not, something else stands there, and stays
   */
  Future<Boolean> swap(String id, String owner, String path, String seen, Buffer content);
}
