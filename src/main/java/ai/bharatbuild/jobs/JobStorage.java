package ai.bharatbuild.jobs;

import ai.bharatbuild.bus.Bus;
import ai.bharatbuild.config.Settings;
import ai.bharatbuild.files.DiskLimits;
import ai.bharatbuild.files.FileWorkers;
import ai.bharatbuild.files.Lane;
import ai.bharatbuild.files.Ownership;
import ai.bharatbuild.files.Workspace;
import ai.bharatbuild.files.WorkspaceBase;
import ai.bharatbuild.files.WorkspacePath;
import ai.bharatbuild.jobs.search.Search;
import ai.bharatbuild.jobs.search.SearchQuery;
import ai.bharatbuild.json.Json;
import io.vertx.core.Future;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What all shards of the storage share. Opened before they are deployed, closed after them. */
public final class JobStorage implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(JobStorage.class);
  private static final int VOLUMES_AT_ONCE = 4;

  final Bus bus;
  final Settings.Jobs settings;
  final WorkspaceBase base;
  final FileWorkers workers;
  final RecordStore records;
  final Completions completions;
  final JobFiles files;
  final Zips zips;
  final JobArchives archives;
  final SandboxRemover sandboxes;
  final JobHistory history;
  private final Future<DiskLimits> diskLimits;

  /** For what makes and removes file systems, each taking a while. */
  final FileWorkers volumeWorkers = new FileWorkers(VOLUMES_AT_ONCE, "volumes-");

  /** Searches share a quarter of the file threads, so that the rest is left to writes. */
  private final List<Lane> searchLanes;

  private final AtomicInteger nextLane = new AtomicInteger();

  private JobStorage(
      Bus bus,
      Settings.Jobs settings,
      WorkspaceBase base,
      SandboxRemover sandboxes,
      JobHistory history) {
    this.bus = bus;
    this.settings = settings;
    this.base = base;
    this.sandboxes = sandboxes;
    this.history = history;
    this.diskLimits = volumeWorkers.run(() -> base.diskLimits(settings.diskLimits()));
    this.workers = new FileWorkers(settings.workers());
    this.records = new RecordStore(base);
    this.files = new JobFiles(base, records, settings);
    this.completions = Completions.open(base, workers);
    this.zips = new Zips(base, workers, completions, settings.maxZipContentBytes());
    this.archives = new JobArchives(this);
    this.searchLanes =
        Stream.generate(workers::lane).limit(Math.max(1, settings.workers() / 4)).toList();
  }

  /**
   * Opens the directory of all workspaces and removes what a killed server left half done. Blocks.
   *
   * @throws IllegalStateException with words for the operator when the directory cannot be used
   */
  public static JobStorage open(
      Bus bus,
      Settings.Jobs settings,
      Ownership owner,
      SandboxRemover sandboxes,
      JobHistory history) {
    WorkspaceBase base =
        WorkspaceBase.open(settings.basePath(), owner, settings.diskReserveBytes());
    base.recover();
    return new JobStorage(bus, settings, base, sandboxes, history);
  }

  /** A search in a job's files, not begun yet. */
  Search search(Job job, SearchQuery query) {
    Lane lane = searchLanes.get(Math.floorMod(nextLane.getAndIncrement(), searchLanes.size()));
    Search.Files source =
        new Search.Files() {
          @Override
          public Workspace open() {
            return base.workspace(job.id());
          }

          @Override
          public int places() {
            return job.places();
          }

          @Override
          public Future<?> settled() {
            return job.lane.run(() -> null);
          }
        };
    return new Search(lane, source, files.dependencies(), settings.maxFileBytes(), query);
  }

  /** A private directory of the server's own beside the workspaces. */
  public Path state() {
    return base.state("sandboxes").getParent();
  }

  /** The record in the workspace, for whoever looks there; nothing reads it. Blocks. */
  void copyForPeople(Job job) {
    if (!job.record().job()) {
      return;
    }
    try (Workspace workspace = base.workspace(job.id())) {
      workspace.write(WorkspacePath.reserved(), Json.encode(job.view()).getBytes());
    } catch (RuntimeException e) {
      LOG.debug("no copy of the record in the workspace of {}", job.id(), e);
    }
  }

  /** What jobs were completed with and nobody has kept yet. */
  public Completions completions() {
    return completions;
  }

  /**
   * How workspaces are held to their limits; known a moment after the start, which does not wait
   * until it has been tried out. Fails where what was asked for cannot be.
   */
  public Future<DiskLimits> diskLimits() {
    return diskLimits;
  }

  /** Frees, after a while, what was discarded. Usable on any thread. */
  void emptyTrash() {
    workers
        .run(
            () -> {
              base.emptyTrash();
              return null;
            })
        .onFailure(e -> LOG.warn("not everything could be removed; the next sweep tries again", e));
    volumeWorkers
        .run(
            () -> {
              base.volumes().destroyDiscarded();
              return null;
            })
        .onFailure(e -> LOG.warn("a volume could not be removed; the next sweep tries again", e));
  }

  /** Lets accepted writes finish. Blocks. */
  @Override
  public void close() {
    zips.close();
    workers.close();
    volumeWorkers.close();
    base.close();
  }
}
