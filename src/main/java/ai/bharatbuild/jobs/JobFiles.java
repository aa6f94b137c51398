package ai.bharatbuild.jobs;

import ai.bharatbuild.config.Settings;
import ai.bharatbuild.files.FileFailure;
import ai.bharatbuild.files.FileProblems;
import ai.bharatbuild.files.FileStat;
import ai.bharatbuild.files.Upload;
import ai.bharatbuild.files.Workspace;
import ai.bharatbuild.files.WorkspaceBase;
import ai.bharatbuild.files.WorkspacePath;
import ai.bharatbuild.jobs.JobMessages.BatchFile;
import ai.bharatbuild.jobs.JobMessages.BatchResult;
import ai.bharatbuild.jobs.JobMessages.Entry;
import ai.bharatbuild.jobs.JobMessages.Listing;
import ai.bharatbuild.jobs.JobMessages.Written;
import ai.bharatbuild.jobs.JobMessages.WrittenMany;
import ai.bharatbuild.problem.ApiException;
import ai.bharatbuild.problem.Problem;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/**
 * A job's files: each operation checks state and quota, changes the disk and the account, as one
 * task of the job's lane. Methods block and are called in that lane, unless they say otherwise.
 */
final class JobFiles {
  private final WorkspaceBase base;
  private final RecordStore records;
  private final DependencyDirectories dependencies;
  private final Settings.Jobs settings;

  JobFiles(WorkspaceBase base, RecordStore records, Settings.Jobs settings) {
    this.base = base;
    this.records = records;
    this.dependencies = new DependencyDirectories(settings.excludedDirectories());
    this.settings = settings;
  }

  DependencyDirectories dependencies() {
    return dependencies;
  }

  /**
   * @param anyState whether it does not matter how far the job got, as for calls on containers
   */
  Written write(Job job, WorkspacePath path, byte[] content, boolean anyState) {
    require(job, anyState);
    try (Workspace workspace = base.workspace(job.id())) {
      put(job, workspace, path, content.length, at -> at.write(path, content) >= -1);
    }
    job.edits.note(path.toString());
    return new Written(path.toString(), content.length, null);
  }

  /**
   * Writes a file, or removes it, only where it is what the caller saw last; see {@link
   * Workspace#swap}. Whoever else changes files by the server does it in this lane, too, so of
   * those nobody comes in between. For runs of agents: it is not noted as an edit of the user's.
   */
  boolean swap(Job job, WorkspacePath path, String seen, byte[] content) {
    job.requireGenerating();
    long most = settings.maxFileBytes();
    try (Workspace workspace = base.workspace(job.id())) {
      if (content != null) {
        return put(job, workspace, path, content.length, at -> at.swap(path, seen, content, most));
      }
      ProjectUsage usage = usage(job, workspace);
      boolean done = workspace.swap(path, seen, null, most);
      if (done) {
        forget(job, usage, Set.of(path.toString()));
      }
      return done;
    }
  }

  private static void require(Job job, boolean anyState) {
    if (anyState) {
      job.requireFiles();
    } else {
      job.requireGenerating();
    }
  }

  WrittenMany writeMany(Job job, List<BatchFile> files, boolean anyState) {
    require(job, anyState);
    List<BatchResult> results = new ArrayList<>(files.size());
    int success = 0;
    try (Workspace workspace = base.workspace(job.id())) {
      for (BatchFile file : files) {
        BatchResult result = writeOne(job, workspace, file);
        success += result.success() ? 1 : 0;
        results.add(result);
      }
    }
    return new WrittenMany(files.size(), success, results);
  }

  private BatchResult writeOne(Job job, Workspace workspace, BatchFile file) {
    Problem problem = file.refused();
    if (problem == null) {
      try {
        int size = file.content().length;
        put(
            job,
            workspace,
            file.parsed(),
            size,
            at -> at.write(file.parsed(), file.content()) >= -1);
        job.edits.note(file.path());
        return new BatchResult(file.path(), true, (long) size, null, null);
      } catch (FileFailure e) {
        if (!(FileProblems.toApi(e) instanceof ApiException known)) {
          throw e;
        }
        problem = known.problem();
      }
    }
    return new BatchResult(file.path(), false, null, problem.detail(), problem.code());
  }

  /** Makes room for an upload of that size; -1 where it is not known yet. */
  void admitUpload(Job job, WorkspacePath path, long size) {
    job.requireGenerating();
    ProjectUsage.checkFile(settings.maxFileBytes(), size);
    ProjectUsage usage;
    try (Workspace workspace = base.workspace(job.id())) {
      usage = usage(job, workspace);
    }
    usage.promise(Math.max(0, size), usage.sizeOf(path.toString()));
  }

  /** Makes a received file part of the project; the room promised to it is given back before. */
  Written publish(Job job, WorkspacePath path, Upload upload) {
    job.requireGenerating();
    try (Workspace workspace = base.workspace(job.id())) {
      put(job, workspace, path, upload.size(), at -> at.publish(path, upload) >= -1);
      job.edits.note(path.toString());
      FileStat stat = workspace.stat(path);
      return new Written(path.toString(), upload.size(), stat == null ? null : stat.version());
    }
  }

  /**
   * @param store puts the file in place; whether it did
   * @return what it said
   */
  private boolean put(
      Job job, Workspace workspace, WorkspacePath path, long size, Predicate<Workspace> store) {
    ProjectUsage usage = usage(job, workspace);
    String name = path.toString();
    long old = usage.admit(name, size);
    boolean done = false;
    try {
      noteWritten(job, name);
      done = store.test(workspace);
      return done;
    } finally {
      if (!done) {
        usage.restore(name, old);
      }
    }
  }

  void noteWritten(Job job, String path) {
    if (dependencies.mayHold(path) && written(job).add(path)) {
      records.noteWritten(job.id(), path);
    }
  }

  void remove(Job job, WorkspacePath path, boolean recursive) {
    job.requireGenerating();
    try (Workspace workspace = base.workspace(job.id())) {
      ProjectUsage usage = usage(job, workspace);
      workspace.delete(path, recursive);
      Set<String> gone = usage.within(path.toString());
      gone.forEach(job.edits::note);
      forget(job, usage, gone);
    }
  }

  private void forget(Job job, ProjectUsage usage, Set<String> paths) {
    paths.forEach(usage::remove);
    Set<String> noted = new HashSet<>(paths);
    noted.retainAll(written(job));
    written(job).removeAll(noted);
    records.noteRemoved(job.id(), noted);
  }

  void move(Job job, WorkspacePath from, WorkspacePath to, boolean overwrite) {
    job.requireGenerating();
    try (Workspace workspace = base.workspace(job.id())) {
      ProjectUsage usage = usage(job, workspace);
      if (!dependencies.holds(workspace, to)) {
        usage.checkProject(uncounted(workspace, usage, from));
      }
      workspace.move(from, to, overwrite);
      if (from.equals(to)) {
        return;
      }
      // What counted goes on counting wherever it is moved: nobody frees quota by moving.
      Set<String> moved = usage.within(from.toString());
      forget(job, usage, moved);
      int cut = from.toString().length();
      for (String path : moved) {
        noteWritten(job, to + path.substring(cut));
        job.edits.note(path);
        job.edits.note(to + path.substring(cut));
      }
      count(job, workspace);
    }
  }

  /** Bytes at or below a path that do not count where they are. */
  private static long uncounted(Workspace workspace, ProjectUsage usage, WorkspacePath path) {
    FileStat stat = workspace.stat(path);
    if (stat == null) {
      return 0;
    }
    Set<String> counted = usage.within(path.toString());
    if (stat.isFile()) {
      return counted.isEmpty() ? stat.size() : 0;
    }
    if (!stat.isDirectory()) {
      return 0;
    }
    long[] bytes = {0};
    workspace.walk(
        path,
        ai.bharatbuild.files.TreeWalk.Filter.ALL,
        (each, found) -> bytes[0] += found.isFile() && !counted.contains(each) ? found.size() : 0);
    return bytes[0];
  }

  /** Also called outside the lane, unless the listing is the whole project's, which is counted. */
  Listing list(Job job, WorkspacePath below, boolean directories, boolean all) {
    try (Workspace workspace = base.workspace(job.id())) {
      ProjectScan scan =
          all
              ? ProjectScan.all(workspace, below)
              : ProjectScan.project(workspace, below, dependencies, written(job));
      if (countsAsListed(job, below, all)) {
        newUsage(job).replace(scan.fileSizes());
      }
      List<Entry> entries = new ArrayList<>();
      scan.entries()
          .forEach(
              (path, stat) -> {
                if (directories || stat.isFile()) {
                  entries.add(Entry.of(path, stat));
                }
              });
      return new Listing(job.id(), entries, entries.size(), scan.skipped());
    }
  }

  /** The project's files with their hashes; also called outside the lane. */
  List<WorkspaceAccess.HashedFile> hashes(Job job) {
    try (Workspace workspace = base.workspace(job.id())) {
      ProjectScan scan = scan(job, workspace, WorkspacePath.root(), false);
      return job.hashes.of(workspace, scan, settings.maxFileBytes());
    }
  }

  /** The entries of one directory, by name; 404 where there is none. */
  static JobMessages.Directory directory(Workspace workspace, WorkspacePath path) {
    FileStat stat = path.isRoot() ? null : workspace.stat(path);
    if (!path.isRoot() && (stat == null || !stat.isDirectory())) {
      throw ai.bharatbuild.problem.ApiException.notFound("directory");
    }
    List<Entry> entries = new ArrayList<>();
    workspace.list(path, (at, found) -> entries.add(Entry.of(at, found)));
    entries.sort(java.util.Comparator.comparing(Entry::name));
    return new JobMessages.Directory(entries);
  }

  static boolean countsAsListed(Job job, WorkspacePath below, boolean all) {
    return below.isRoot() && !all && job.record().status() == JobStatus.GENERATING;
  }

  /** Counts what is on disk, whoever put it there. */
  void count(Job job) {
    try (Workspace workspace = base.workspace(job.id())) {
      count(job, workspace);
    }
  }

  private ProjectScan count(Job job, Workspace workspace) {
    ProjectScan scan =
        ProjectScan.project(workspace, WorkspacePath.root(), dependencies, written(job));
    newUsage(job).replace(scan.fileSizes());
    return scan;
  }

  /** Everything that belongs in the ZIP. */
  ProjectScan scan(Job job, boolean all) {
    try (Workspace workspace = base.workspace(job.id())) {
      return scan(job, workspace, WorkspacePath.root(), all);
    }
  }

  /** What belongs in an archive of a directory. */
  ProjectScan scan(Job job, Workspace workspace, WorkspacePath below, boolean all) {
    return all
        ? ProjectScan.all(workspace, below)
        : ProjectScan.project(workspace, below, dependencies, written(job));
  }

  ProjectUsage usage(Job job, Workspace workspace) {
    if (job.usage == null) {
      count(job, workspace);
    }
    return job.usage;
  }

  /**
   * Uploads hold on to the account they were promised room by, so it is never replaced by another.
   */
  private ProjectUsage newUsage(Job job) {
    if (job.usage == null) {
      job.usage = new ProjectUsage(settings.maxFileBytes(), settings.maxProjectBytes());
    }
    return job.usage;
  }

  private Set<String> written(Job job) {
    synchronized (job) {
      if (job.written == null) {
        Set<String> set = ConcurrentHashMap.newKeySet();
        set.addAll(records.written(job.id()));
        job.written = set;
      }
      return job.written;
    }
  }
}
