package ai.bharatbuild;

import ai.bharatbuild.files.OpenFile;
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

  /** Null where ZIPs are not uploaded. */
  private final ZipUploads uploads;

  KeptJobs(WorkspaceAccess access, ZipUploads uploads) {
    this.access = access;
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
        .recover(
            e ->
                e instanceof ApiException known && known.problem().status() < 500
                    ? Future.succeededFuture(null)
                    : Future.failedFuture(e));
  }

  @Override
  public Future<OpenFile> zip(String id, String owner) {
    return access.zip(id, owner);
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
