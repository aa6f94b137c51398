package ai.bharatbuild.jobs;

import ai.bharatbuild.bus.Bus;
import ai.bharatbuild.files.OpenFile;
import ai.bharatbuild.files.WorkspacePath;
import ai.bharatbuild.jobs.JobMessages.AnyRef;
import ai.bharatbuild.jobs.JobMessages.HasVolume;
import ai.bharatbuild.jobs.JobMessages.Ref;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;

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

  /** The jobs of an owner, in no order. */
  public Future<List<JobView>> ownedBy(String owner) {
    List<Future<JobMessages.Jobs>> asked = new ArrayList<>();
    for (int shard = 0; shard < shards; shard++) {
      asked.add(
          bus.ask(JobMessages.JOBS, Integer.toString(shard), new JobMessages.ListJobs(owner)));
    }
    return Future.all(asked)
        .map(all -> asked.stream().flatMap(answer -> answer.result().jobs().stream()).toList());
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

  /** Makes a job of the owner's with a fresh id, which the future gives. */
  public Future<String> createJob(String owner, String name) {
    String id = JobRoutes.newId();
    return bus.ask(JobMessages.CREATE, shard(id), new JobMessages.Create(new Ref(id, owner), name))
        .map(JobView::jobId);
  }

  /**
   * The names of what is at the top of the owner's workspace. Fails with 404 or 410 when it is not
   * there.
   */
  public Future<Set<String>> names(String id, String owner) {
    return bus.ask(
            JobMessages.LIST_DIRECTORY,
            shard(id),
            new JobMessages.ListDirectory(new Ref(id, owner, true), WorkspacePath.root()))
        .map(
            found ->
                found.entries().stream().map(JobMessages.Entry::name).collect(Collectors.toSet()));
  }

  /** The owner's job; 404 where there is none. */
  public Future<JobView> job(String id, String owner) {
    return bus.ask(JobMessages.GET, shard(id), new Ref(id, owner));
  }

  /**
   * The ZIP of the owner's complete job, waited for while it is made; the caller closes it. Fails
   * with 409 {@code job_not_complete}.
   */
  public Future<OpenFile> zip(String id, String owner) {
    return bus.ask(
            JobMessages.DOWNLOAD, shard(id), new JobMessages.Download(new Ref(id, owner), false))
        .map(JobMessages.Zip::file);
  }

  /**
   * Notes where a copy of the owner's ZIP is kept.
   *
   * @param version of the ZIP that was copied
   */
  public Future<Void> uploaded(String id, String owner, String url, String version) {
    return bus.ask(
            JobMessages.UPLOADED,
            shard(id),
            new JobMessages.Uploaded(new Ref(id, owner), url, version))
        .mapEmpty();
  }

  /**
   * Fails where {@link #reopen} would be refused now because the owner has too many jobs; for
   * whoever is about to begin something long.
   */
  public Future<Void> admits(String id, String owner) {
    return bus.ask(JobMessages.ADMITS, shard(id), new Ref(id, owner)).mapEmpty();
  }

  /** Lets a job that is complete or failed be changed again. */
  public Future<Void> reopen(String id, String owner) {
    return change(id, owner, JobStatus.Event.REOPEN);
  }

  /**
   * Marks a job as failed.
   *
   * @param reason for its owner
   */
  public Future<Void> fail(String id, String owner, String reason) {
    return bus.ask(
            JobMessages.CHANGE,
            shard(id),
            new JobMessages.Change(new Ref(id, owner), JobStatus.Event.FAIL, reason))
        .mapEmpty();
  }

  public Future<Void> complete(String id, String owner) {
    return change(id, owner, JobStatus.Event.COMPLETE);
  }

  private Future<Void> change(String id, String owner, JobStatus.Event event) {
    return bus.ask(
            JobMessages.CHANGE, shard(id), new JobMessages.Change(new Ref(id, owner), event, null))
        .mapEmpty();
  }

  /** Paths of the project's regular files, sorted. */
  public Future<List<String>> files(String id, String owner) {
    return bus.ask(
            JobMessages.LIST,
            shard(id),
            new JobMessages.ListFiles(new Ref(id, owner), WorkspacePath.root(), false, false))
        .map(found -> found.files().stream().map(JobMessages.Entry::path).toList());
  }

  /**
   * A regular file of the project.
   *
   * @param bytes size
   */
  public record ProjectFile(String path, long bytes) {}

  /** The project's regular files, sorted by path. */
  public Future<List<ProjectFile>> projectFiles(String id, String owner) {
    return bus.ask(
            JobMessages.LIST,
            shard(id),
            new JobMessages.ListFiles(new Ref(id, owner), WorkspacePath.root(), false, false))
        .map(
            found ->
                found.files().stream()
                    .map(entry -> new ProjectFile(entry.path(), entry.size()))
                    .toList());
  }

  /**
   * A regular file of the project and what was in it.
   *
   * @param bytes size
   * @param sha256 see {@link ai.bharatbuild.files.Sha256}; null for a file that is larger than one
   *     may be
   * @param lines the last one may have no end; 0 for what is no text
   */
  public record HashedFile(String path, long bytes, String sha256, int lines) {}

  /**
   * The project's regular files with their hashes, sorted by the bytes of their paths. Files that
   * have not changed are not read again.
   */
  public Future<List<HashedFile>> hashes(String id, String owner) {
    return bus.ask(JobMessages.HASHES, shard(id), new Ref(id, owner))
        .map(JobMessages.Hashes::files);
  }

  /** A whole file; fails with 404 where there is none, with 413 where it is too large for that. */
  public Future<byte[]> read(String id, String owner, String path) {
    return bus.ask(
            JobMessages.READ,
            shard(id),
            new JobMessages.File(new Ref(id, owner), WorkspacePath.parse(path)))
        .map(JobMessages.Content::bytes);
  }

  /** A file of any size, which the caller closes; fails with 404 where there is none. */
  public Future<OpenFile> open(String id, String owner, String path) {
    return bus.ask(
        JobMessages.OPEN,
        shard(id),
        new JobMessages.File(new Ref(id, owner), WorkspacePath.parse(path)));
  }

  /** Writes a file of a job that may be changed. */
  public Future<Void> write(String id, String owner, String path, Buffer content) {
    return bus.ask(
            JobMessages.WRITE,
            shard(id),
            new JobMessages.Write(
                new Ref(id, owner), WorkspacePath.parse(path), content.getBytes()))
        .mapEmpty();
  }

  /**
   * Writes a file of a job that may be changed, or removes it, but only where it is what the caller
   * saw last: no change of anybody else is lost, be it made in the last moment.
   *
   * @param seen hash of the content that the caller saw, see {@link ai.bharatbuild.files.Sha256};
   *     null where it saw that there is no file
   * @param content null to remove the file
   * @return whether it was done; if not, something else stands there, and stays
   */
  public Future<Boolean> swap(String id, String owner, String path, String seen, Buffer content) {
    byte[] bytes = content == null ? null : content.getBytes();
    return bus.ask(
            JobMessages.SWAP,
            shard(id),
            new JobMessages.Swap(new Ref(id, owner), WorkspacePath.parse(path), seen, bytes))
        .map(JobMessages.Swapped::done);
  }

  /**
   * Paths of files that callers of the API changed, made or removed since a time, as far as this
   * server knows: not what {@link #swap} did, nor what processes did.
   */
  public Future<Set<String>> edits(String id, String owner, Instant from) {
    return bus.ask(
            JobMessages.EDITS, shard(id), new JobMessages.EditsSince(new Ref(id, owner), from))
        .map(JobMessages.Edited::paths);
  }

  /** Removes a file of a job that may be changed. */
  public Future<Void> remove(String id, String owner, String path) {
    return bus.ask(
            JobMessages.REMOVE,
            shard(id),
            new JobMessages.Remove(new Ref(id, owner), WorkspacePath.parse(path), false))
        .mapEmpty();
  }

  /** Deletes the owner's job with its files, ZIP and sandbox. */
  public Future<Void> deleteJob(String id, String owner) {
    return bus.ask(JobMessages.DELETE, shard(id), new JobMessages.Delete(new Ref(id, owner), false))
        .mapEmpty();
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
