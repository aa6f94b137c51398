package ai.bharatbuild.jobs;

import ai.bharatbuild.files.FileFailure;
import ai.bharatbuild.files.FileProblems;
import ai.bharatbuild.files.FileStat;
import ai.bharatbuild.files.Workspace;
import ai.bharatbuild.files.WorkspacePath;
import ai.bharatbuild.jobs.ArchiveUpload.Staged;
import ai.bharatbuild.jobs.ArchiveUpload.Unpacked;
import ai.bharatbuild.problem.ApiException;
import io.vertx.core.Future;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/** Tar archives into and out of a job's files. */
final class JobArchives {
  private static final int MAX_AT_ONCE = 4;
  private final JobStorage storage;
  private final JobFiles files;

  JobArchives(JobStorage storage) {
    this.storage = storage;
    this.files = storage.files;
  }

  /** Begins an upload; on any thread. */
  Future<ArchiveUpload> upload(Job job, WorkspacePath below) {
    return job.lane.run(
        () -> {
          job.requireGenerating();
          if (job.unpacking.incrementAndGet() > MAX_AT_ONCE) {
            job.unpacking.decrementAndGet();
            throw ApiException.busy("The job is taking in enough archives already; try again.", 1);
          }
          return new ArchiveUpload(job, this, storage, below, storage.workers.lane());
        });
  }

  /**
   * Puts everything in place, in the job's lane. What does not fit changes nothing; what meets
   * something in its way ends the work there, and the failure says how far it got.
   */
  Unpacked publish(Job job, Collection<Staged> staged) {
    job.requireGenerating();
    try (Workspace workspace = storage.base.workspace(job.id())) {
      ProjectUsage usage = files.usage(job, workspace);
      Map<String, Long> sizes = new LinkedHashMap<>();
      for (Staged each : staged) {
        if (each.file() != null) {
          sizes.put(each.path().toString(), each.file().size());
        }
      }
      Map<String, Long> before = usage.admitAll(sizes);
      int done = 0;
      try {
        for (Staged each : staged) {
          place(job, workspace, each, done, sizes.size());
          before.remove(each.path().toString());
          done += each.file() == null ? 0 : 1;
        }
      } finally {
        before.forEach(usage::restore);
      }
      long bytes = sizes.values().stream().mapToLong(Long::longValue).sum();
      return new Unpacked(sizes.size(), staged.size() - sizes.size(), bytes);
    }
  }

  private void place(Job job, Workspace workspace, Staged each, int done, int all) {
    try {
      if (each.file() == null) {
        workspace.makeDirectories(each.path());
      } else {
        files.noteWritten(job, each.path().toString());
        workspace.publish(each.path(), each.file());
        job.edits.note(each.path().toString());
      }
    } catch (FileFailure e) {
      if (FileProblems.toApi(e) instanceof ApiException known) {
        String state = " %d of %d files had been put in place before it.";
        throw ArchiveUpload.named(each.path(), known, state.formatted(done, all));
      }
      throw e;
    }
  }

  /** Sparse files say that they are large without being it, and packing them takes as long. */
  private void checkSize(ProjectScan scan) {
    long limit = storage.settings.maxZipContentBytes();
    long size = scan.fileSizes().values().stream().mapToLong(Long::longValue).sum();
    if (size > limit || size < 0) {
      throw ApiException.tooLarge(
          "The files have %d bytes; at most %d bytes are packed.".formatted(size, limit),
          limit,
          size);
    }
  }

  /**
   * Begins a download of a directory's tree; in the lane, where no files move. 404 where there is
   * none.
   */
  Future<ArchiveDownload> download(Job job, WorkspacePath below, boolean all, boolean gzip) {
    return job.lane.run(
        () -> {
          int places = job.places();
          Workspace workspace = storage.base.workspace(job.id());
          try {
            FileStat stat = below.isRoot() ? null : workspace.stat(below);
            if (!below.isRoot() && (stat == null || !stat.isDirectory())) {
              throw ApiException.notFound("directory");
            }
            ProjectScan scan = files.scan(job, workspace, below, all);
            checkSize(scan);
            return new ArchiveDownload(
                workspace,
                scan.entries(),
                below,
                gzip,
                () -> job.places() != places,
                storage.workers.lane());
          } catch (RuntimeException e) {
            workspace.close();
            throw e;
          }
        });
  }
}
