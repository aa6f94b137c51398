package ai.bharatbuild.versions;

import ai.bharatbuild.files.FileStat;
import ai.bharatbuild.files.OpenFile;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Complete jobs of which only the ZIPs are there; these are held and outlive whoever keeps their
 * versions.
 */
class ShelfOfJobs implements VersionedJobs {
  static final String OWNER = "owner";

  /** The incarnation of each job. */
  private final Map<String, String> jobs = new ConcurrentHashMap<>();

  private final Map<String, Completion> held = new ConcurrentSkipListMap<>();
  private volatile AtomicInteger left = new AtomicInteger(Integer.MAX_VALUE);
  private final AtomicLong numbers = new AtomicLong();
  private final Path directory;

  ShelfOfJobs(Path directory) {
    this.directory = directory;
  }

  /** The next server changes so much until it dies. */
  void serve(AtomicInteger changes) {
    left = changes;
  }

  /** Completes a job, or completes it again, with these files. */
  void complete(String id, Map<String, String> files) throws IOException {
    long number = numbers.incrementAndGet();
    Path zip = directory.resolve("%08d.zip".formatted(number));
    try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(zip))) {
      for (Map.Entry<String, String> file : files.entrySet()) {
        out.putNextEntry(new ZipEntry(file.getKey()));
        out.write(file.getValue().getBytes(StandardCharsets.UTF_8));
      }
    }
    String incarnation = jobs.computeIfAbsent(id, job -> "life" + number);
    String name = "%08d".formatted(number);
    held.put(name, new Completion(name, id, OWNER, incarnation, id, Instant.now()));
  }

  /** Which life of the id this is, or null. */
  String incarnation(String id) {
    return jobs.get(id);
  }

  void delete(String id) {
    jobs.remove(id);
  }

  @Override
  public Future<Job> find(String id, String owner) {
    return Future.succeededFuture(jobs.containsKey(id) ? new Job(id, true) : null);
  }

  @Override
  public Future<Void> hold(String id, String owner) {
    return Future.succeededFuture();
  }

  @Override
  public List<Completion> held() {
    return List.copyOf(held.values());
  }

  @Override
  public Future<OpenFile> open(Completion completion) {
    if (!held.containsKey(completion.id())) {
      return Future.succeededFuture();
    }
    try {
      Path zip = directory.resolve(completion.id() + ".zip");
      FileStat stat = new FileStat(FileStat.Type.FILE, 0644, Files.size(zip), 1, 1, 1);
      return Future.succeededFuture(
          new OpenFile(FileChannel.open(zip, StandardOpenOption.READ), stat));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public Future<Void> release(Completion completion) {
    if (left.getAndDecrement() <= 0) {
      return Future.failedFuture(new IllegalStateException("the server is dead"));
    }
    held.remove(completion.id());
    return Future.succeededFuture();
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

  @Override
  public Future<List<Content>> hashes(String id, String owner) {
    return Future.failedFuture(new UnsupportedOperationException());
  }
}
