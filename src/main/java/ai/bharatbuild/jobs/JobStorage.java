package ai.bharatbuild.jobs;

import ai.bharatbuild.bus.Bus;
import ai.bharatbuild.config.Settings;
import ai.bharatbuild.files.FileWorkers;
import ai.bharatbuild.files.Ownership;
import ai.bharatbuild.files.WorkspaceBase;
import java.nio.file.Path;

/** What all shards of the storage share. Opened before they are deployed, closed after them. */
public final class JobStorage implements AutoCloseable {
  final Bus bus;
  final Settings.Jobs settings;
  final WorkspaceBase base;
  final FileWorkers workers;
  final RecordStore records;
  final JobFiles files;
  final Zips zips;
  final SandboxRemover sandboxes;

  private JobStorage(
      Bus bus, Settings.Jobs settings, WorkspaceBase base, SandboxRemover sandboxes) {
    this.bus = bus;
    this.settings = settings;
    this.base = base;
    this.sandboxes = sandboxes;
    this.workers = new FileWorkers(settings.workers());
    this.records = new RecordStore(base);
    this.files = new JobFiles(base, records, settings);
    this.zips = new Zips(base, workers);
  }

  /**
   * Opens the directory of all workspaces and removes what a killed server left half done. Blocks.
   *
   * @throws IllegalStateException with words for the operator when the directory cannot be used
   */
  public static JobStorage open(
      Bus bus, Settings.Jobs settings, Ownership owner, SandboxRemover sandboxes) {
    WorkspaceBase base = WorkspaceBase.open(settings.basePath(), owner);
    base.recover();
    return new JobStorage(bus, settings, base, sandboxes);
  }

  /** A private directory of the server's own beside the workspaces. */
  public Path state() {
    return base.state("sandboxes").getParent();
  }

  /** Lets accepted writes finish. Blocks. */
  @Override
  public void close() {
    zips.close();
    workers.close();
    base.close();
  }
}
