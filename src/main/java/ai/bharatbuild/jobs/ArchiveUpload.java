package ai.bharatbuild.jobs;

import ai.bharatbuild.config.Settings;
import ai.bharatbuild.files.FileFailure;
import ai.bharatbuild.files.FileProblems;
import ai.bharatbuild.files.Lane;
import ai.bharatbuild.files.Upload;
import ai.bharatbuild.files.WorkspaceBase;
import ai.bharatbuild.files.WorkspacePath;
import ai.bharatbuild.jobs.tar.ArchiveReader;
import ai.bharatbuild.jobs.tar.BadArchive;
import ai.bharatbuild.jobs.tar.TarEntry;
import ai.bharatbuild.jobs.tar.TarReader;
import ai.bharatbuild.problem.ApiException;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * A tar archive on its way in. Its files gather in private files, and nothing in the workspace
 * changes before all of it has come and was found fit; then everything is put in place by renames.
 * Ends with {@link #commit} or {@link #abort}, whichever is called first.
 */
final class ArchiveUpload implements BodySink<ArchiveUpload.Unpacked>, TarReader.Sink {
  static final int MAX_ENTRIES = 20_000;
  private static final int MAX_NAMES = 4 << 20;

  /** Room for headers, extended headers and padding of each entry. */
  private static final long OVERHEAD = 2048;

  /** What an archive became. */
  record Unpacked(int files, int directories, long bytes) {}

  /**
   * @param path where it goes
   * @param file null for a directory
   */
  record Staged(WorkspacePath path, Upload file) {}

  private final Job job;
  private final JobArchives archives;
  private final WorkspaceBase base;
  private final String prefix;
  private final Settings.Jobs limits;
  private final Lane lane;

  /** All below are touched in tasks of the lane only. */
  private final ArchiveReader reader;

  /** By path with NUL for each slash, so that what is in a directory follows it at once. */
  private final NavigableMap<String, Staged> staged = new TreeMap<>();

  private long names;
  private long total;
  private Upload current;
  private TarEntry entry;
  private boolean ended;

  /**
   * @param below directory that the archive is unpacked in
   */
  ArchiveUpload(Job job, JobArchives archives, JobStorage storage, WorkspacePath below, Lane lane) {
    this.job = job;
    this.archives = archives;
    this.base = storage.base;
    this.prefix = below.isRoot() ? "" : below + "/";
    this.limits = storage.settings;
    this.lane = lane;
    this.reader =
        new ArchiveReader(
            new TarReader(this, 2 * MAX_ENTRIES),
            limits.maxProjectBytes() + MAX_ENTRIES * OVERHEAD);
  }

  @Override
  public Future<Void> append(Buffer chunk) {
    byte[] bytes = chunk.getBytes();
    return lane.run(
        () -> {
          if (!ended) {
            reader.accept(bytes);
          }
          return null;
        });
  }

  @Override
  public Future<Unpacked> commit() {
    return lane.run(
            () -> {
              if (ended) {
                throw ApiException.badRequest("bad_request", "The upload has ended already.");
              }
              reader.finish();
              return staged;
            })
        .compose(whole -> job.lane.run(() -> archives.publish(job, whole.values())))
        .eventually(this::abort);
  }

  @Override
  public Future<Void> abort() {
    return lane.run(
        () -> {
          if (!ended) {
            ended = true;
            job.unpacking.decrementAndGet();
          }
          reader.close();
          if (current != null) {
            current.close();
          }
          staged.values().stream()
              .filter(each -> each.file() != null)
              .forEach(each -> each.file().close());
          staged.clear();
          return null;
        });
  }

  @Override
  public void beginEntry(TarEntry next) {
    entry = next;
    WorkspacePath path = path(next);
    if (path == null) {
      return;
    }
    String key = path.toString().replace('/', '\0');
    names += key.length();
    if (staged.size() >= MAX_ENTRIES || names > MAX_NAMES) {
      throw BadArchive.whole("has more than " + MAX_ENTRIES + " entries, or too long names");
    }
    checkPlace(key, next);
    if (next.directory()) {
      staged.put(key, new Staged(path, null));
      return;
    }
    admit(path, next);
    current = Upload.begin(base);
    staged.put(key, new Staged(path, current));
  }

  /** Null for the directory that the archive is unpacked in. */
  private WorkspacePath path(TarEntry next) {
    String name = next.name();
    int start = 0;
    while (name.startsWith("./", start)) {
      start += 2;
    }
    int end = next.directory() && name.endsWith("/") ? name.length() - 1 : name.length();
    String bare = start >= end ? "" : name.substring(start, end);
    if (next.directory() && (bare.isEmpty() || bare.equals("."))) {
      return null;
    }
    try {
      WorkspacePath.parse(bare);
      return WorkspacePath.parse(prefix + bare);
    } catch (FileFailure e) {
      throw BadArchive.entry(name, "is refused: " + e.getMessage().replaceFirst("\\.$", ""));
    }
  }

  private void checkPlace(String key, TarEntry next) {
    Staged same = staged.get(key);
    if (same != null && (same.file() != null || !next.directory())) {
      throw BadArchive.entry(next.name(), "is in it twice");
    }
    for (int at = key.indexOf('\0'); at >= 0; at = key.indexOf('\0', at + 1)) {
      Staged parent = staged.get(key.substring(0, at));
      if (parent != null && parent.file() != null) {
        throw BadArchive.entry(next.name(), "lies in what it has as a file");
      }
    }
    Map.Entry<String, Staged> following = staged.higherEntry(key);
    if (!next.directory() && following != null && following.getKey().startsWith(key + '\0')) {
      throw BadArchive.entry(next.name(), "is a file, and others lie in it as in a directory");
    }
  }

  /**
   * Refuses what can never fit before a byte of the file has come. Whether all of it fits is known
   * at the end, when it is clear what is replaced by less.
   */
  private void admit(WorkspacePath path, TarEntry next) {
    try {
      ProjectUsage.checkFile(limits.maxFileBytes(), next.size());
    } catch (FileFailure e) {
      throw named(path, (ApiException) FileProblems.toApi(e), "");
    }
    total += next.size();
    if (total > limits.maxProjectBytes()) {
      throw ApiException.tooLarge(
          "The archive's files have more than %d bytes.".formatted(limits.maxProjectBytes()),
          limits.maxProjectBytes(),
          total);
    }
  }

  /** The same failure, with the entry that met it. */
  static ApiException named(WorkspacePath path, ApiException cause, String more) {
    return new ApiException(
        cause
            .problem()
            .withDetail(
                BadArchive.shown(path.toString()) + ": " + cause.problem().detail() + more));
  }

  @Override
  public void data(byte[] bytes, int offset, int length) {
    current.append(bytes, offset, length);
  }

  @Override
  public void endEntry() {
    if (current != null) {
      current.seal(entry.executable(), entry.modifiedNanos());
      current = null;
    }
  }
}
