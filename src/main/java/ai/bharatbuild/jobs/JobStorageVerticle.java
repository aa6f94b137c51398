package ai.bharatbuild.jobs;

import ai.bharatbuild.bus.Address;
import ai.bharatbuild.bus.Bus;
import ai.bharatbuild.files.OpenFile;
import ai.bharatbuild.files.Workspace;
import ai.bharatbuild.jobs.JobMessages.Content;
import ai.bharatbuild.jobs.JobMessages.Done;
import ai.bharatbuild.jobs.JobMessages.Download;
import ai.bharatbuild.jobs.JobMessages.Edited;
import ai.bharatbuild.jobs.JobMessages.Found;
import ai.bharatbuild.jobs.JobMessages.Hashes;
import ai.bharatbuild.jobs.JobMessages.Jobs;
import ai.bharatbuild.jobs.JobMessages.ListFiles;
import ai.bharatbuild.jobs.JobMessages.Listing;
import ai.bharatbuild.jobs.JobMessages.Ref;
import ai.bharatbuild.jobs.JobMessages.Stats;
import ai.bharatbuild.jobs.JobMessages.Swapped;
import ai.bharatbuild.jobs.JobMessages.Zip;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Owns one shard of the jobs: state, quota and files of a job change here alone, one after another.
 * Answers {@link JobMessages}. The event loop decides; disks are touched on file threads.
 */
public final class JobStorageVerticle extends VerticleBase {
  private final JobStorage storage;
  private final JobAdmission admission;
  private final int shard;
  private JobTable table;
  private JobZips zips;
  private JobEnds ends;
  private JobLives lives;
  private JobChanges changes;
  private WorkspacePlaces places;

  public JobStorageVerticle(JobStorage storage, JobAdmission admission, int shard) {
    this.storage = storage;
    this.admission = admission;
    this.shard = shard;
  }

  private boolean isMine(String id) {
    return Bus.shardOf(id, storage.settings.instances()).equals(Integer.toString(shard));
  }

  @Override
  public Future<?> start() {
    table = new JobTable(context);
    zips = new JobZips(storage, table);
    ends = new JobEnds(storage, table, zips);
    lives = new JobLives(storage, table, ends);
    changes = new JobChanges(storage, table, zips);
    places = new WorkspacePlaces(storage, table, lives::ensure);
    return lives
        .load(this::isMine)
        .compose(v -> Future.all(serveJobs(), serveFiles(), serveServer()));
  }

  private Future<?> serveJobs() {
    return Future.all(
        List.of(
            serve(
                JobMessages.CREATE,
                q ->
                    admitted(q.ref(), () -> lives.create(q.ref(), q.projectName())).map(Job::view)),
            serve(JobMessages.GET, q -> counted(table.of(q)).map(Job::view)),
            serve(
                JobMessages.DELETE,
                q -> ends.delete(table.of(q.ref()), q.keepZip()).map(v -> Done.DONE)),
            serve(JobMessages.CHANGE, q -> change(q).map(Job::view)),
            serve(
                JobMessages.ADMITS,
                q ->
                    table.of(q).record().status() == JobStatus.GENERATING
                        ? Future.succeededFuture(Done.DONE)
                        : admission.admit(
                            q.userId(), q.id(), () -> Future.succeededFuture(Done.DONE))),
            serve(
                JobMessages.GENERATING,
                q ->
                    Future.succeededFuture(
                        new JobMessages.Count(
                            table.ownedBy(q.userId()).stream()
                                .filter(job -> !job.id().equals(q.except()))
                                .filter(job -> job.record().status() == JobStatus.GENERATING)
                                .count()))),
            serve(JobMessages.DOWNLOAD, this::download),
            serve(
                JobMessages.UPLOADED,
                q -> changes.uploaded(table.of(q.ref()), q.url(), q.version()).map(v -> Done.DONE)),
            serve(JobMessages.JOBS, q -> list(q.userId()))));
  }

  private Future<Job> change(JobMessages.Change asked) {
    // Somebody else's job is not found, whatever one's plan allows.
    Job job = table.of(asked.ref());
    Supplier<Future<Job>> work = () -> changes.change(job, asked.event(), asked.errorMessage());
    return asked.event() == JobStatus.Event.REOPEN ? admitted(asked.ref(), work) : work.get();
  }

  private Future<Job> admitted(JobMessages.Ref ref, Supplier<Future<Job>> work) {
    return admission.admit(
        ref.userId(),
        ref.id(),
        () -> table.here(Future.succeededFuture()).compose(v -> work.get()));
  }

  private Future<?> serveFiles() {
    return Future.all(
        List.of(
            serve(
                JobMessages.WRITE,
                q ->
                    write(
                        q.ref(),
                        job ->
                            storage.files.write(job, q.path(), q.content(), q.ref().container()))),
            serve(
                JobMessages.SWAP,
                q -> {
                  Job job = table.of(q.ref());
                  return job.lane.run(
                      () -> new Swapped(storage.files.swap(job, q.path(), q.seen(), q.content())));
                }),
            serve(
                JobMessages.EDITS,
                q -> {
                  Job job = table.of(q.ref());
                  return job.lane.run(() -> new Edited(job.edits.since(q.from())));
                }),
            serve(
                JobMessages.WRITE_MANY,
                q ->
                    write(
                        q.ref(),
                        job -> storage.files.writeMany(job, q.files(), q.ref().container()))),
            serve(
                JobMessages.UPLOAD,
                q -> {
                  Job job = table.of(q.ref());
                  return job.lane.run(
                      () -> {
                        storage.files.admitUpload(job, q.path(), q.size());
                        return new UploadSession(
                            job,
                            storage.files,
                            storage.base,
                            q.path(),
                            q.size(),
                            storage.settings.maxFileBytes(),
                            storage.workers.lane());
                      });
                }),
            serve(JobMessages.READ, q -> read(table.withFiles(q.ref()), q)),
            serve(
                JobMessages.OPEN,
                q -> inWorkspace(table.withFiles(q.ref()), workspace -> workspace.open(q.path()))),
            serve(
                JobMessages.REMOVE,
                q -> {
                  Job job = table.of(q.ref());
                  return job.lane
                      .run(
                          () -> {
                            storage.files.remove(job, q.path(), q.recursive());
                            return Done.DONE;
                          })
                      .onSuccess(done -> freeSpace(q.recursive()));
                }),
            serve(
                JobMessages.MOVE,
                q -> {
                  Job job = table.of(q.ref());
                  return job.lane.run(
                      () -> {
                        storage.files.move(job, q.from(), q.to(), q.overwrite());
                        return Done.DONE;
                      });
                }),
            serve(JobMessages.LIST, this::listFiles),
            serve(
                JobMessages.HASHES,
                q -> {
                  Job job = table.withFiles(q);
                  return job.read(
                      storage.workers, true, () -> new Hashes(storage.files.hashes(job)));
                }),
            serve(
                JobMessages.SEARCH,
                q -> Future.succeededFuture(storage.search(table.withFiles(q.ref()), q.query()))),
            serve(JobMessages.UNPACK, q -> storage.archives.upload(table.of(q.ref()), q.below())),
            serve(
                JobMessages.PACK,
                q ->
                    storage.archives.download(
                        table.withFiles(q.ref()), q.below(), q.all(), q.gzip())),
            serve(
                JobMessages.LIST_DIRECTORY,
                q ->
                    inWorkspace(
                        table.withFiles(q.ref()),
                        workspace -> JobFiles.directory(workspace, q.path())))));
  }

  private Future<?> serveServer() {
    return Future.all(
        List.of(
            serve(JobMessages.STATS, q -> stats()),
            serve(JobMessages.SWEEP, q -> sweep().map(JobMessages.Swept::new)),
            serve(JobMessages.ENSURE, places::ensure),
            serve(JobMessages.PREPARE, q -> places.prepare(q.limit())),
            serve(JobMessages.OCCUPY, places::occupy),
            serve(JobMessages.UNPREPARE, places::unprepare),
            serve(JobMessages.HAS_VOLUME, q -> places.hasVolume(q.id())),
            serve(
                JobMessages.FIND,
                q -> Future.succeededFuture(new Found(lives.info(table.find(q.id()))))),
            serve(JobMessages.RECOUNT, q -> recount(q.id())),
            serve(JobMessages.CLEAR, q -> ends.clear(q).map(v -> Done.DONE))));
  }

  /**
   * Calls on containers write whatever the job's state; what it was completed with is held first.
   */
  private <R> Future<R> write(Ref ref, Function<Job, R> work) {
    Job job = table.of(ref);
    return ref.container() && job.complete()
        ? zips.settled(job).compose(v -> job.lane.run(() -> work.apply(job)))
        : job.lane.run(() -> work.apply(job));
  }

  private Future<Integer> sweep() {
    return new JobSweep(storage, table, ends, this::isMine).run();
  }

  private void freeSpace(boolean discarded) {
    if (discarded) {
      ends.emptyTrash();
    }
  }

  /** Makes sure that the counts are those of the disk, as after a restart they are not known. */
  private Future<Job> counted(Job job) {
    if (job.usage != null || job.record().status() != JobStatus.GENERATING) {
      return Future.succeededFuture(job);
    }
    return job.lane.run(
        () -> {
          storage.files.count(job);
          return job;
        });
  }

  private Future<Jobs> list(String userId) {
    List<Future<Job>> all = table.ownedBy(userId).stream().map(this::counted).toList();
    return Future.join(all)
        .map(
            v ->
                new Jobs(
                    all.stream()
                        .filter(Future::succeeded)
                        .map(job -> job.result().view())
                        .toList()));
  }

  private Future<Content> read(Job job, JobMessages.File question) {
    return inWorkspace(
        job,
        workspace ->
            new Content(
                question.path().toString(),
                workspace.read(question.path(), storage.settings.maxFileBytes()).bytes()));
  }

  /** Reads of one file: what was found was whole, wherever the files are by now. */
  private <R> Future<R> inWorkspace(Job job, Function<Workspace, R> work) {
    return job.read(
        storage.workers,
        false,
        () -> {
          try (Workspace workspace = storage.base.workspace(job.id())) {
            return work.apply(workspace);
          }
        });
  }

  private Future<Listing> listFiles(ListFiles question) {
    Job job = table.withFiles(question.ref());
    boolean inLane = JobFiles.countsAsListed(job, question.below(), question.all());
    java.util.concurrent.Callable<Listing> work =
        () -> storage.files.list(job, question.below(), question.directories(), question.all());
    return inLane ? job.lane.run(work) : job.read(storage.workers, true, work);
  }

  private Future<Zip> download(Download question) {
    Job job = table.of(question.ref());
    zips.requireComplete(job);
    String name = job.record().projectName();
    Future<OpenFile> file =
        question.all() && !job.record().kept()
            ? storage.zips.makeWhole(job, storage.files)
            : zips.of(job);
    return file.map(open -> new Zip(open, name));
  }

  private Future<Done> recount(String id) {
    Job job = table.find(id);
    if (job == null || job.record().status() != JobStatus.GENERATING) {
      return Future.succeededFuture(Done.DONE);
    }
    return job.lane.run(
        () -> {
          storage.files.count(job);
          return Done.DONE;
        });
  }

  /** After a restart files are counted first; what cannot be counted now tells what it last had. */
  private Future<Stats> stats() {
    List<Job> all = new ArrayList<>(table.all());
    all.removeIf(job -> job.closing || job.record().expired());
    List<Future<Job>> counted = all.stream().map(this::counted).toList();
    return Future.join(counted)
        .transform(
            v -> {
              long disk = 0;
              for (Job job : all) {
                disk += Math.max(job.diskBytes, job.record().kept() ? 0 : job.counts().bytes());
              }
              return Future.succeededFuture(
                  new Stats(
                      (int) all.stream().filter(job -> job.record().job()).count(),
                      all.stream().mapToLong(job -> job.counts().files()).sum(),
                      all.stream().mapToLong(job -> job.counts().bytes()).sum(),
                      disk));
            });
  }

  private <Q, R> Future<Void> serve(Address<Q, R> address, Function<Q, Future<R>> answer) {
    return storage.bus.serve(address, Integer.toString(shard), answer);
  }
}
