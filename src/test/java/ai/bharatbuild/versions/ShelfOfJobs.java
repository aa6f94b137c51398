package ai.bharatbuild.versions;

import ai.bharatbuild.files.FileStat;
import ai.bharatbuild.files.OpenFile;
import ai.bharatbuild.problem.ApiException;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Complete jobs of which only the ZIPs are there; they outlive whoever keeps their versions. */
class ShelfOfJobs implements VersionedJobs {
  static final String OWNER = "owner";

  private record Shelved(String incarnation, Path zip, FileStat stat) {}

  private final Map<String, Shelved> jobs = new ConcurrentHashMap<>();
  private final AtomicLong numbers = new AtomicLong();
  private final Path directory;

  ShelfOfJobs(Path directory) {
    this.directory = directory;
  }

  /** Completes a job, or completes it again, with these files. */
  void complete(String id, Map<String, String> files) throws IOException {
    long number = numbers.incrementAndGet();
    Path zip = directory.resolve(number + ".zip");
    try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(zip))) {
      for (Map.Entry<String, String> file : files.entrySet()) {
        out.putNextEntry(new ZipEntry(file.getKey()));
        out.write(file.getValue().getBytes(StandardCharsets.UTF_8));
      }
    }
    FileStat stat = new FileStat(FileStat.Type.FILE, 0644, Files.size(zip), number, number, number);
    jobs.compute(
        id,
        (job, had) -> new Shelved(had == null ? "life" + number : had.incarnation(), zip, stat));
  }

  /** Which life of the id this is, or null. */
  String incarnation(String id) {
    Shelved job = jobs.get(id);
    return job == null ? null : job.incarnation();
  }

  void delete(String id) {
    jobs.remove(id);
  }

  @Override
  public Future<Job> find(String id, String owner) {
    return Future.succeededFuture(jobs.containsKey(id) ? new Job(id, true) : null);
  }

  @Override
  public Future<OpenFile> zip(String id, String owner) {
    Shelved job = jobs.get(id);
    if (job == null) {
      return Future.failedFuture(ApiException.notFound("job"));
    }
    try {
      return Future.succeededFuture(
          new OpenFile(FileChannel.open(job.zip(), StandardOpenOption.READ), job.stat()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public Future<Boolean> lives(String id, String incarnation) {
    return Future.succeededFuture(incarnation.equals(incarnation(id)));
  }

  @Override
  public boolean copied() {
    return false;
  }

  @Override
  public Future<Void> removeCopies(String id) {
    return Future.succeededFuture();
  }

  @Override
  public Future<Void> reopen(String id, String owner) {
    return Future.failedFuture(new UnsupportedOperationException());
  }

  @Override
  public Future<Void> complete(String id, String owner) {
    return Future.failedFuture(new UnsupportedOperationException());
  }

  @Override
  public Future<List<String>> files(String id, String owner) {
    return Future.failedFuture(new UnsupportedOperationException());
  }

  @Override
  public Future<OpenFile> open(String id, String owner, String path) {
    return Future.failedFuture(new UnsupportedOperationException());
  }

  @Override
  public Future<Void> write(String id, String owner, String path, Buffer content) {
    return Future.failedFuture(new UnsupportedOperationException());
  }

  @Override
  public Future<Buffer> read(String id, String owner, String path) {
    return Future.failedFuture(new UnsupportedOperationException());
  }

  @Override
  public Future<Void> remove(String id, String owner, String path) {
    return Future.failedFuture(new UnsupportedOperationException());
  }

  @Override
  public Future<Boolean> swap(String id, String owner, String path, String seen, Buffer content) {
    return Future.failedFuture(new UnsupportedOperationException());
  }
}
