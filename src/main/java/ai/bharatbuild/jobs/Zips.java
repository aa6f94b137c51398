package ai.bharatbuild.jobs;

import ai.bharatbuild.files.FileWorkers;
import ai.bharatbuild.files.OpenFile;
import ai.bharatbuild.files.Workspace;
import ai.bharatbuild.files.WorkspaceBase;
import io.vertx.core.Future;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Makes, finds and removes the ZIPs of jobs. Shared by all shards; usable on any thread. */
final class Zips implements AutoCloseable {
  /** Archives being written at once; on threads of their own, since each takes long. */
  private static final int WRITERS = 2;

  private final WorkspaceBase base;
  private final FileWorkers workers;
  private final FileWorkers writers = new FileWorkers(WRITERS, "zip-write-");
  private final ExecutorService packers;
  private final ZipWriter writer;
  private final Completions completions;
  private volatile boolean closed;

  Zips(WorkspaceBase base, FileWorkers workers, Completions completions, long maxContent) {
    int cores = Runtime.getRuntime().availableProcessors();
    this.base = base;
    this.workers = workers;
    this.completions = completions;
    this.packers =
        Executors.newFixedThreadPool(
            cores, Thread.ofPlatform().name("zip-pack-", 1).daemon(true).factory());
    this.writer = new ZipWriter(base, packers, 2 * cores, maxContent);
  }

  Path pathOf(String id) {
    return base.path().resolve(id + ".zip");
  }

  /**
   * Makes the ZIP of a completed job under its name, where it is held before anybody can see it,
   * unless the job was reopened, deleted or made anew while it was packed; fails then.
   */
  Future<Path> make(Job job, JobFiles files) {
    String incarnation = job.record().incarnation();
    int completion = job.completion;
    Path temporary = base.temporaryPath();
    return writers
        .run(() -> pack(job, files, false, temporary))
        .compose(
            packed ->
                job.lane.run(
                    () -> {
                      boolean current =
                          job.complete()
                              && !job.closing
                              && job.completion == completion
                              && job.record().incarnation().equals(incarnation);
                      return publish(job, current, temporary);
                    }));
  }

  private Path publish(Job job, boolean current, Path temporary) throws IOException {
    try {
      if (!current) {
        throw new IllegalStateException("the job was changed meanwhile");
      }
      completions.hold(job.record().completed(), temporary);
      return Files.move(temporary, pathOf(job.id()), StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException | RuntimeException e) {
      Files.deleteIfExists(temporary);
      throw e;
    }
  }

  /** A ZIP of everything in the workspace, which nobody else gets and which leaves no name. */
  Future<OpenFile> makeWhole(Job job, JobFiles files) {
    Path temporary = base.temporaryPath();
    return writers.run(
        () -> {
          pack(job, files, true, temporary);
          OpenFile open = base.openOwn(temporary);
          Files.delete(temporary);
          return open;
        });
  }

  /** A ZIP packed while the files moved to another place may lack some, so it is packed again. */
  private Path pack(Job job, JobFiles files, boolean all, Path temporary) {
    while (true) {
      int before = job.places();
      RuntimeException failure = null;
      try {
        packOnce(job, files, all, temporary);
      } catch (RuntimeException e) {
        failure = e;
      }
      if (before % 2 == 0 && job.places() == before) {
        if (failure != null) {
          throw failure;
        }
        return temporary;
      }
    }
  }

  private void packOnce(Job job, JobFiles files, boolean all, Path temporary) {
    try (Workspace workspace = base.workspace(job.id())) {
      writer.write(workspace, files.scan(job, all), temporary);
    } catch (IOException e) {
      throw FileErrors.translate(e, temporary);
    } catch (RuntimeException e) {
      FileErrors.translate(new IOException(e), temporary);
      throw e;
    }
  }

  /** Opens a job's ZIP; null where there is none. */
  Future<OpenFile> open(String id) {
    return workers.run(() -> base.openOwn(pathOf(id)));
  }

  /** Blocks. */
  boolean exists(String id) {
    return Files.isRegularFile(pathOf(id));
  }

  /** Blocks. */
  void delete(String id) {
    try {
      Files.deleteIfExists(pathOf(id));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether no more are made, as the server stops. */
  boolean closed() {
    return closed;
  }

  @Override
  public void close() {
    closed = true;
    // Archives under way are made again at the next start, so nobody waits for them now. Writers
    // go first: they wait for packers.
    writers.abandon();
    packers.shutdownNow();
  }
}
