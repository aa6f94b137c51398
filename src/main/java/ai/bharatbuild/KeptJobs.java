package ai.bharatbuild;

import ai.bharatbuild.files.OpenFile;
import ai.bharatbuild.jobs.Completions;
import ai.bharatbuild.jobs.JobStatus;
import ai.bharatbuild.jobs.WorkspaceAccess;
import ai.bharatbuild.problem.ApiException;
import ai.bharatbuild.versions.VersionedJobs;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.List;

/** Jobs as those see them that keep their versions; a part of {@link Stores}. */
final class KeptJobs implements VersionedJobs {
  private final WorkspaceAccess access;
  private final Completions completions;

  /** Null where ZIPs are not uploaded. */
  private final ZipUploads uploads;

  KeptJobs(WorkspaceAccess access, Completions completions, ZipUploads uploads) {
    this.access = access;
    this.completions = completions;
    this.uploads = uploads;
  }

  @Override
  public Future<Job> find(String id, String owner) {
    return access
        .job(id, owner)
        .map(
            job ->
                job.status() == JobStatus.EXPIRED
                    ? null
                    : new Job(job.projectName(), job.status() == JobStatus.COMPLETE))
        .recover(KeptJobs::unlessRefused);
  }

  /** Null where the job is gone, is not complete or cannot be packed. */
  private static <T> Future<T> unlessRefused(Throwable cause) {
    return cause instanceof ApiException known && known.problem().status() < 500
        ? Future.succeededFuture()
        : Future.failedFuture(cause);
  }

  @Override
  public Future<Void> hold(String id, String owner) {
    return access
        .zip(id, owner)
        .<Void>map(
            zip -> {
              zip.close();
              return null;
            })
        .recover(KeptJobs::unlessRefused);
  }

  @Override
  public List<VersionedJobs.Completion> held() {
    return completions.all().stream()
        .map(
            c ->
                new VersionedJobs.Completion(
                    c.id(), c.job(), c.owner(), c.incarnation(), c.projectName(), c.at()))
        .toList();
  }

  @Override
  public Future<OpenFile> open(VersionedJobs.Completion completion) {
    return completions.open(completion.id());
  }

  @Override
  public Future<Void> release(VersionedJobs.Completion completion) {
    return completions.release(completion.id());
  }

  @Override
  public Future<Boolean> lives(String id, String incarnation) {
    return access.find(id).map(found -> found != null && found.incarnation().equals(incarnation));
  }

  @Override
  public boolean copied() {
    return uploads != null;
  }

  @Override
  public Future<Void> removeCopies(String id) {
    return uploads == null ? Future.succeededFuture() : uploads.remove(id);
  }

  @Override
  public Future<Void> reopen(String id, String owner) {
    return access.reopen(id, owner);
  }

  @Override
  public Future<Void> complete(String id, String owner) {
    return access.complete(id, owner);
  }

  @Override
  public Future<List<String>> files(String id, String owner) {
    return access.files(id, owner);
  }

  @Override
  public Future<List<Content>> hashes(String id, String owner) {
    return access
        .hashes(id, owner)
        .map(
            files ->
                files.stream()
                    .map(file -> new Content(file.path(), file.bytes(), file.sha256()))
                    .toList());
  }

  @Override
  public Future<Buffer> read(String id, String owner, String path) {
    return access.read(id, owner, path).map(Buffer::buffer);
  }

  @Override
  public Future<OpenFile> open(String id, String owner, String path) {
    return access.open(id, owner, path);
  }

  @Override
  public Future<Void> write(String id, String owner, String path, Buffer content) {
    return access.write(id, owner, path, content);
  }

  @Override
  public Future<Void> remove(String id, String owner, String path) {
    return access.remove(id, owner, path);
  }

  @Override
  public Future<Boolean> swap(String id, String owner, String path, String seen, Buffer content) {
    return access.swap(id, owner, path, seen, content);
  }
}
