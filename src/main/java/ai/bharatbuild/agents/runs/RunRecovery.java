package ai.bharatbuild.agents.runs;

import io.vertx.core.Future;
import java.time.Instant;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a server does with the runs of the one before. Belongs to the verticle's event loop. */
final class RunRecovery {
  private static final Logger LOG = LoggerFactory.getLogger(RunRecovery.class);

  private final RunParts parts;
  private final RunFiles files;
  private final RunTable table;
  private final RunWork work;

  RunRecovery(RunParts parts, RunFiles files, RunTable table, RunWork work) {
    this.parts = parts;
    this.files = files;
    this.table = table;
    this.work = work;
  }

  /** Finds the runs of an earlier server and goes on with those that were not over. */
  Future<Void> run(Predicate<String> mine) {
    return files
        .later(() -> files.all(mine))
        .compose(found -> Future.join(found.stream().map(this::take).toList()).<Void>mapEmpty());
  }

  /** The job may have been deleted in the moment in which a server was killed. */
  private Future<Void> take(RunFiles.Found found) {
    String job = found.id().job();
    return parts
        .workspaces()
        .exists(job)
        .compose(
            exists ->
                exists ? goOn(add(found.id(), found.saved()), found.saved()) : files.delete(job));
  }

  private RunEntry add(RunId id, RunFiles.Saved saved) {
    RunEntry entry = new RunEntry(id, saved);
    table.add(entry);
    return entry;
  }

  /** A run that is over may still have to tell so. One that cannot go on holds up no other. */
  private Future<Void> goOn(RunEntry entry, RunFiles.Saved saved) {
    if (saved.told() || saved.state().status() == RunStatus.WAITING) {
      return Future.succeededFuture();
    }
    return work.open(entry)
        .compose(
            log -> {
              if (saved.state().status().ended() && log.events().ended()) {
                return save(entry, new RunFiles.Saved(saved.request(), saved.state(), true));
              }
              LOG.info("run {} goes on from stage {}", entry.id, saved.state().stage().text());
              work.begin(entry, saved, log);
              return Future.succeededFuture();
            })
        .recover(
            e -> {
              LOG.error("the events of run {} cannot be read; it is over", entry.id, e);
              return giveUp(entry, saved);
            });
  }

  /** Nobody could follow it, so it ends with what its job has. */
  private Future<Void> giveUp(RunEntry entry, RunFiles.Saved saved) {
    RunState state = saved.state();
    if (state.status().ended()) {
      return Future.succeededFuture();
    }
    RunState.Reason why =
        new RunState.Reason("internal_error", "The events of the run cannot be read any more.");
    RunState over = state.change().end(RunStatus.FAILED, why, Instant.now()).build();
    return save(entry, new RunFiles.Saved(saved.request(), over, true))
        .compose(v -> parts.workspaces().fail(entry.id.job(), entry.owner, why.detail()))
        .onFailure(e -> LOG.warn("the end of run {} could not be kept", entry.id, e))
        .otherwiseEmpty();
  }

  private Future<Void> save(RunEntry entry, RunFiles.Saved saved) {
    return files.later(
        () -> {
          files.save(entry.id, saved, false);
          return null;
        });
  }
}
