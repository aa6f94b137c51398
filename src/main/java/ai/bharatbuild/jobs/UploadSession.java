package ai.bharatbuild.jobs;

import ai.bharatbuild.files.FileFailure;
import ai.bharatbuild.files.FileProblems;
import ai.bharatbuild.files.Lane;
import ai.bharatbuild.files.Upload;
import ai.bharatbuild.files.Workspace;
import ai.bharatbuild.files.WorkspaceBase;
import ai.bharatbuild.files.WorkspacePath;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;

/**
 * One file on its way in. Bytes are appended in order on file threads, within the file limit and
 * the room the project has. Ends with {@link #commit} or {@link #abort}, whichever is called first.
 */
final class UploadSession implements BodySink<JobMessages.Written> {
  private final Job job;
  private final JobFiles files;
  private final WorkspaceBase base;
  private final WorkspacePath path;
  private final long maxBytes;
  private final Lane lane;
  private final ProjectUsage usage;

  /** All below are touched in tasks of the lane only. */
  private long promised;

  private Upload upload;
  private boolean ended;

  UploadSession(
      Job job,
      JobFiles files,
      WorkspaceBase base,
      WorkspacePath path,
      long announced,
      long maxBytes,
      Lane lane) {
    this.job = job;
    this.files = files;
    this.base = base;
    this.path = path;
    this.promised = Math.max(0, announced);
    this.maxBytes = maxBytes;
    this.lane = lane;
    this.usage = job.usage;
  }

  @Override
  public Future<Void> append(Buffer chunk) {
    byte[] bytes = chunk.getBytes();
    return lane.run(
        () -> {
          if (ended) {
            return null;
          }
          if (upload == null) {
            upload = begin();
          }
          long size = upload.size() + bytes.length;
          ProjectUsage.checkFile(maxBytes, size);
          if (size > promised) {
            usage.promise(size - promised, usage.sizeOf(path.toString()));
            promised = size;
          }
          upload.append(bytes, 0, bytes.length);
          return null;
        });
  }

  @Override
  public Future<JobMessages.Written> commit() {
    return lane.run(this::finished)
        .compose(received -> job.lane.run(() -> files.publish(job, path, received)))
        .eventually(this::abort);
  }

  private Upload finished() {
    if (ended) {
      throw FileProblems.toApi(
          new FileFailure(FileFailure.Kind.NOT_FOUND, "The upload has ended already."));
    }
    if (upload == null) {
      upload = begin();
    }
    giveBack();
    return upload;
  }

  private Upload begin() {
    try (Workspace workspace = base.workspace(job.id())) {
      return workspace.begin();
    }
  }

  @Override
  public Future<Void> abort() {
    return lane.run(
        () -> {
          ended = true;
          giveBack();
          if (upload != null) {
            upload.close();
            upload = null;
          }
          return null;
        });
  }

  private void giveBack() {
    usage.release(promised);
    promised = 0;
  }
}
