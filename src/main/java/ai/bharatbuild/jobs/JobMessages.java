package ai.bharatbuild.jobs;

import ai.bharatbuild.bus.Address;
import ai.bharatbuild.files.FileStat;
import ai.bharatbuild.files.OpenFile;
import ai.bharatbuild.files.WorkspacePath;
import ai.bharatbuild.jobs.search.Search;
import ai.bharatbuild.jobs.search.SearchQuery;
import ai.bharatbuild.problem.Problem;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/** What can be asked of the verticle that owns a job, and its answers. */
final class JobMessages {
  /** Making a ZIP of a whole disk limit can take a while; the caller of a download waits. */
  private static final long ZIP_MS = 15 * 60_000;

  /**
   * Removing a sandbox may have to wait for its processes; sweeping and counting for many files.
   */
  private static final long LONG_MS = 10 * 60_000;

  static final Address<Create, JobView> CREATE =
      Address.of("jobs.create", Create.class, JobView.class);
  static final Address<Ref, JobView> GET =
      Address.of("jobs.get", Ref.class, JobView.class).within(LONG_MS);
  static final Address<Delete, Done> DELETE =
      Address.of("jobs.delete", Delete.class, Done.class).within(ZIP_MS);
  static final Address<Write, Written> WRITE =
      Address.of("jobs.write", Write.class, Written.class).within(LONG_MS);
  static final Address<Swap, Swapped> SWAP =
      Address.of("jobs.swap", Swap.class, Swapped.class).within(LONG_MS);
  static final Address<EditsSince, Edited> EDITS =
      Address.of("jobs.edits", EditsSince.class, Edited.class).within(LONG_MS);
  static final Address<WriteMany, WrittenMany> WRITE_MANY =
      Address.of("jobs.write-many", WriteMany.class, WrittenMany.class).within(LONG_MS);
  static final Address<BeginUpload, UploadSession> UPLOAD =
      Address.of("jobs.upload", BeginUpload.class, UploadSession.class).within(LONG_MS);
  static final Address<File, Content> READ = Address.of("jobs.read", File.class, Content.class);
  static final Address<File, OpenFile> OPEN = Address.of("jobs.open", File.class, OpenFile.class);
  static final Address<Remove, Done> REMOVE =
      Address.of("jobs.remove", Remove.class, Done.class).within(LONG_MS);
  static final Address<Move, Done> MOVE =
      Address.of("jobs.move", Move.class, Done.class).within(LONG_MS);
  static final Address<ListFiles, Listing> LIST =
      Address.of("jobs.list", ListFiles.class, Listing.class).within(LONG_MS);
  static final Address<Ref, Hashes> HASHES =
      Address.of("jobs.hashes", Ref.class, Hashes.class).within(LONG_MS);
  static final Address<ListDirectory, Directory> LIST_DIRECTORY =
      Address.of("jobs.list-directory", ListDirectory.class, Directory.class).within(LONG_MS);
  static final Address<SearchFiles, Search> SEARCH =
      Address.of("jobs.search", SearchFiles.class, Search.class);
  static final Address<Unpack, ArchiveUpload> UNPACK =
      Address.of("jobs.unpack", Unpack.class, ArchiveUpload.class).within(LONG_MS);
  static final Address<Pack, ArchiveDownload> PACK =
      Address.of("jobs.pack", Pack.class, ArchiveDownload.class).within(LONG_MS);
  static final Address<Change, JobView> CHANGE =
      Address.of("jobs.change", Change.class, JobView.class).within(LONG_MS);
  static final Address<Download, Zip> DOWNLOAD =
      Address.of("jobs.download", Download.class, Zip.class).within(ZIP_MS);
  static final Address<Uploaded, Done> UPLOADED =
      Address.of("jobs.uploaded", Uploaded.class, Done.class);
  static final Address<ListJobs, Jobs> JOBS =
      Address.of("jobs.of-user", ListJobs.class, Jobs.class);
  static final Address<Ref, Done> ADMITS = Address.of("jobs.admits", Ref.class, Done.class);
  static final Address<Generating, Count> GENERATING =
      Address.of("jobs.generating", Generating.class, Count.class);
  static final Address<Everything, Stats> STATS =
      Address.of("jobs.stats", Everything.class, Stats.class).within(LONG_MS);
  static final Address<Everything, Swept> SWEEP =
      Address.of("jobs.sweep", Everything.class, Swept.class).within(ZIP_MS);
  static final Address<Ensure, Placed> ENSURE =
      Address.of("jobs.ensure-workspace", Ensure.class, Placed.class).within(LONG_MS);
  static final Address<Prepare, Placed> PREPARE =
      Address.of("jobs.prepare-workspace", Prepare.class, Placed.class).within(LONG_MS);
  static final Address<Occupy, Placed> OCCUPY =
      Address.of("jobs.occupy-workspace", Occupy.class, Placed.class).within(LONG_MS);
  static final Address<Unprepare, Done> UNPREPARE =
      Address.of("jobs.discard-prepared", Unprepare.class, Done.class).within(LONG_MS);
  static final Address<AnyRef, HasVolume> HAS_VOLUME =
      Address.of("jobs.has-volume", AnyRef.class, HasVolume.class);
  static final Address<AnyRef, Found> FIND = Address.of("jobs.find", AnyRef.class, Found.class);
  static final Address<AnyRef, Done> RECOUNT =
      Address.of("jobs.recount", AnyRef.class, Done.class).within(LONG_MS);
  static final Address<Ref, Done> CLEAR =
      Address.of("jobs.clear", Ref.class, Done.class).within(LONG_MS);

  private JobMessages() {}

  /** How many jobs of an owner are being generated, but for one of that id. */
  record Generating(String userId, String except) {}

  record Count(long jobs) {}

  /**
   * @param container whether the call is on a container: then workspaces without a job count, and
   *     the job's state does not matter
   */
  record Ref(String id, String userId, boolean container) {
    Ref(String id, String userId) {
      this(id, userId, false);
    }
  }

  /** An id whoever owns it; for the server's own parts only. */
  record AnyRef(String id) {}

  record Everything() {}

  /**
   * @param limit bytes of disk that the workspace may take; 0 for no limit of its own
   */
  record Ensure(Ref ref, long limit) {}

  /**
   * @param limit as with {@link Ensure}
   */
  record Prepare(long limit) {}

  record Occupy(Ref ref, String token) {}

  /**
   * @param keep whether the tokens are those of prepared workspaces that stay, or that go
   */
  record Unprepare(Set<String> tokens, boolean keep) {}

  record HasVolume(boolean yes) {}

  /**
   * @param token of a workspace that nobody has yet, else null
   * @param directory the files, on this machine
   */
  record Placed(String token, Path directory) {}

  record Done() {
    static final Done DONE = new Done();
  }

  record Create(Ref ref, String projectName) {}

  record Delete(Ref ref, boolean keepZip) {}

  record Write(Ref ref, WorkspacePath path, byte[] content) {}

  /**
   * @param seen hash of the content that the caller saw last; null where there was no file
   * @param content null to remove the file
   */
  record Swap(Ref ref, WorkspacePath path, String seen, byte[] content) {}

  /**
   * @param done whether the file was what the caller had seen, and is now what it wants
   */
  record Swapped(boolean done) {}

  record EditsSince(Ref ref, Instant from) {}

  record Edited(Set<String> paths) {}

  /**
   * @param version of the file as written, or null where nobody asked
   */
  record Written(String path, long size, String version) {}

  /** One file of a batch; {@code refused} where the path alone is reason enough. */
  record BatchFile(String path, WorkspacePath parsed, byte[] content, Problem refused) {}

  record WriteMany(Ref ref, List<BatchFile> files) {}

  record BatchResult(String path, boolean success, Long size, String error, String code) {}

  record WrittenMany(int total, int success, List<BatchResult> results) {}

  /**
   * @param size as announced, or -1
   */
  record BeginUpload(Ref ref, WorkspacePath path, long size) {}

  record File(Ref ref, WorkspacePath path) {}

  record Content(String path, byte[] bytes) {}

  record Remove(Ref ref, WorkspacePath path, boolean recursive) {}

  record Move(Ref ref, WorkspacePath from, WorkspacePath to, boolean overwrite) {}

  record ListFiles(Ref ref, WorkspacePath below, boolean directories, boolean all) {}

  record Entry(String path, String name, String type, long size, Instant modified) {
    static Entry of(String path, FileStat stat) {
      String name = path.substring(path.lastIndexOf('/') + 1);
      String type = stat.type().name().toLowerCase(java.util.Locale.ROOT);
      return new Entry(path, name, type, stat.isFile() ? stat.size() : 0, stat.modified());
    }
  }

  record Listing(String jobId, List<Entry> files, int count, int skipped) {}

  record Hashes(List<WorkspaceAccess.HashedFile> files) {}

  /** One level only. */
  record ListDirectory(Ref ref, WorkspacePath path) {}

  record Directory(List<Entry> entries) {}

  record SearchFiles(Ref ref, SearchQuery query) {}

  record Unpack(Ref ref, WorkspacePath below) {}

  record Pack(Ref ref, WorkspacePath below, boolean all, boolean gzip) {}

  record Change(Ref ref, JobStatus.Event event, String errorMessage) {}

  record Download(Ref ref, boolean all) {}

  record Zip(OpenFile file, String projectName) {}

  /**
   * @param url where a copy of the ZIP is kept
   * @param version of the ZIP that was copied, as {@link FileStat#fileVersion} tells it
   */
  record Uploaded(Ref ref, String url, String version) {}

  record ListJobs(String userId) {}

  record Jobs(List<JobView> jobs) {}

  /**
   * @param diskBytes everything in workspaces and ZIPs, as last swept or counted
   */
  record Stats(int jobs, long files, long bytes, long diskBytes) {}

  record Swept(int jobs) {}

  record Found(WorkspaceInfo info) {}
}
