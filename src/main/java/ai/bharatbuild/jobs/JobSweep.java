package ai.bharatbuild.jobs;

import ai.bharatbuild.files.TreeWalk;
import ai.bharatbuild.files.Workspace;
import ai.bharatbuild.files.WorkspacePath;
import ai.bharatbuild.http.WorkspaceId;
import io.vertx.core.Future;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One round of one shard's cleaning. Started on the verticle's context. */
final class JobSweep {
  private static final Logger LOG = LoggerFactory.getLogger(JobSweep.class);
  private static final String ZIP = ".zip";

  private final JobStorage storage;
  private final JobTable table;
  private final JobEnds ends;
  private final Predicate<String> mine;

  JobSweep(JobStorage storage, JobTable table, JobEnds ends, Predicate<String> mine) {
    this.storage = storage;
    this.table = table;
    this.ends = ends;
    this.mine = mine;
  }

  /**
   * Ends what is too old and removes what belongs to nobody; says how many jobs it ended. One step
   * after another, so that sweeping never crowds out callers.
   */
  Future<Integer> run() {
    Instant now = Instant.now();
    int[] ended = {0};
    return oneByOne(List.copyOf(table.all()), job -> sweep(job, now, ended))
        .compose(v -> storage.workers.run(this::named))
        .compose(names -> table.here(Future.succeededFuture(names)))
        .compose(ids -> oneByOne(ids, ends::removeOrphan))
        .compose(v -> oneByOne(List.copyOf(table.all()), this::measure))
        .onSuccess(v -> ends.emptyTrash())
        .map(v -> ended[0]);
  }

  private Future<Void> sweep(Job job, Instant now, int[] ended) {
    JobRecord record = job.record();
    if (job.closing || job.cleaning != null) {
      return Future.succeededFuture();
    }
    if (record.expired()) {
      boolean over = record.recordUntil() != null && !now.isBefore(record.recordUntil());
      return over ? ends.drop(job) : leftovers(job);
    }
    if (now.isBefore(record.expiresAt())) {
      return leftovers(job);
    }
    return ends.expire(job).onSuccess(v -> ended[0]++);
  }

  /**
   * Removes files of an expired job and a ZIP that no completion stands behind, in the job's lane,
   * where nothing can become of it meanwhile.
   */
  private Future<Void> leftovers(Job job) {
    return job.lane.run(
        () -> {
          if (job.record().expired()) {
            storage.base.discard(job.id());
          }
          if (!job.complete()) {
            storage.zips.delete(job.id());
          }
          return null;
        });
  }

  /** Runs a step for each item in turn; one that fails is logged and does not stop the others. */
  private <T> Future<Void> oneByOne(Collection<T> items, Function<T, Future<Void>> step) {
    Future<Void> all = Future.succeededFuture();
    for (T item : items) {
      all =
          all.compose(v -> table.here(Future.succeededFuture()))
              .compose(v -> step.apply(item))
              .recover(
                  e -> {
                    LOG.warn("a step of the sweep failed; the next one tries again", e);
                    return Future.succeededFuture();
                  });
    }
    return table.here(all);
  }

  private Future<Void> measure(Job job) {
    return storage.workers.run(
        () -> {
          long[] bytes = {zipBytes(job.id())};
          if (!job.record().kept() && !job.record().expired()) {
            try (Workspace workspace = storage.base.workspace(job.id())) {
              workspace.walk(
                  WorkspacePath.root(),
                  TreeWalk.Filter.ALL,
                  (path, stat) -> bytes[0] += stat.isFile() ? stat.size() : 0);
            }
          }
          job.diskBytes = bytes[0];
          return null;
        });
  }

  private long zipBytes(String id) throws IOException {
    Path zip = storage.zips.pathOf(id);
    return Files.isRegularFile(zip) ? Files.size(zip) : 0;
  }

  /**
   * Ids that have something on disk. Those without a record were left by a server that was killed
   * at the wrong moment; names that are no ids are not ours.
   */
  private Set<String> named() throws IOException {
    try (Stream<Path> entries = Files.list(storage.base.path())) {
      return entries
          .map(entry -> idOf(entry.getFileName().toString()))
          .filter(id -> WorkspaceId.valid(id) && mine.test(id))
          .collect(Collectors.toSet());
    }
  }

  private static String idOf(String name) {
    return name.endsWith(ZIP) ? name.substring(0, name.length() - ZIP.length()) : name;
  }
}
