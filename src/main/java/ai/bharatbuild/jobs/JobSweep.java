package ai.bharatbuild.jobs;

import ai.bharatbuild.files.TreeWalk;
import ai.bharatbuild.files.Workspace;
import ai.bharatbuild.files.WorkspacePath;
import io.vertx.core.Future;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One round of one shard's cleaning. Started on the verticle's context. */
final class JobSweep {
  private static final Logger LOG = LoggerFactory.getLogger(JobSweep.class);
  private static final String ZIP = ".zip";

  private final JobStorage storage;
  private final JobLives lives;
  private final Predicate<String> mine;

  JobSweep(JobStorage storage, JobLives lives, Predicate<String> mine) {
    this.storage = storage;
    this.lives = lives;
    this.mine = mine;
  }

  Future<Integer> run() {
    Instant now = Instant.now();
    List<Future<?>> steps = new ArrayList<>();
    int ended = 0;
    for (Job job : List.copyOf(lives.all())) {
      JobRecord record = job.record();
      if (job.closing || job.cleaning != null) {
        continue;
      }
      if (record.expired()) {
        if (record.recordUntil() != null && !now.isBefore(record.recordUntil())) {
          steps.add(lives.drop(job));
        }
      } else if (!now.isBefore(record.expiresAt())) {
        ended++;
        steps.add(lives.expire(job));
      } else {
        steps.add(measure(job));
      }
    }
    int count = ended;
    steps.add(orphans());
    lives.emptyTrash();
    return Future.join(steps)
        .otherwise(
            e -> {
              LOG.warn("a part of the sweep failed; the next one tries again", e);
              return null;
            })
        .map(v -> count);
  }

  private Future<Void> measure(Job job) {
    return storage.workers.run(
        () -> {
          long[] bytes = {zipBytes(job.id())};
          if (!job.record().kept()) {
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
   * Directories and ZIPs without a record: left by a server that was killed at the wrong moment.
   */
  private Future<Void> orphans() {
    Future<List<String>> named =
        storage.workers.run(
            () -> {
              try (Stream<Path> entries = Files.list(storage.base.path())) {
                return entries
                    .map(entry -> entry.getFileName().toString())
                    .filter(name -> !name.startsWith("."))
                    .filter(name -> mine.test(idOf(name)))
                    .toList();
              }
            });
    return lives
        .here(named)
        .compose(
            names -> {
              List<String> unknown = names.stream().filter(name -> !isKnown(name)).toList();
              return storage.workers.run(
                  () -> {
                    for (String name : unknown) {
                      LOG.info("removing {}, which belongs to no job", name);
                      if (name.endsWith(ZIP)) {
                        Files.deleteIfExists(storage.base.path().resolve(name));
                      } else {
                        storage.base.discard(name);
                      }
                    }
                    return null;
                  });
            });
  }

  private boolean isKnown(String name) {
    return lives.all().stream().anyMatch(job -> job.id().equals(idOf(name)) && owns(job, name));
  }

  /** While something is being changed, whatever bears its name is left to that change. */
  private static boolean owns(Job job, String name) {
    if (job.closing || job.cleaning != null) {
      return true;
    }
    boolean files = !job.record().expired() && !job.record().kept();
    return name.endsWith(ZIP) ? job.complete() : files;
  }

  private static String idOf(String name) {
    return name.endsWith(ZIP) ? name.substring(0, name.length() - ZIP.length()) : name;
  }
}
