package ai.bharatbuild.agents.runs;

import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Answers questions about runs, which change nothing. Belongs to the verticle's event loop. */
final class RunAnswers {
  private final RunTable table;
  private final RunFiles files;
  private final RunWork work;
  private final RunParts parts;

  RunAnswers(RunTable table, RunFiles files, RunWork work, RunParts parts) {
    this.table = table;
    this.files = files;
    this.work = work;
    this.parts = parts;
  }

  /** 404 where the owner has no such run. */
  RunEntry find(RunMessages.Of asked) {
    RunEntry entry = table.get(asked.id());
    if (entry == null || !entry.owner.equals(asked.owner())) {
      throw RunId.notFound();
    }
    return entry;
  }

  Future<RunView> get(RunMessages.Of asked) {
    return view(find(asked));
  }

  RunMessages.Listed list(RunMessages.Mine asked) {
    List<RunMessages.Item> newest = new ArrayList<>();
    int total = 0;
    Iterable<RunEntry> runs =
        asked.job() == null ? table.ownedBy(asked.owner()) : table.of(asked.job());
    for (RunEntry entry : runs) {
      if (entry.owner.equals(asked.owner())) {
        total++;
        if (newest.size() < asked.most()) {
          newest.add(new RunMessages.Item(entry.id, entry.createdAt));
        }
      }
    }
    return new RunMessages.Listed(newest, total);
  }

  /** Looks into one run at most, as it is known which of them saw anything. */
  Future<RunMessages.Seen> evidence(RunMessages.OfJob asked) {
    Optional<RunEntry> newest =
        table.of(asked.job()).stream()
            .filter(entry -> entry.owner.equals(asked.owner()) && entry.hasEvidence())
            .findFirst();
    return newest.isEmpty()
        ? Future.succeededFuture(new RunMessages.Seen(null))
        : saved(newest.get()).map(saved -> new RunMessages.Seen(saved.state().evidence()));
  }

  Future<RunView> view(RunEntry entry) {
    return saved(entry).map(saved -> view(entry, saved));
  }

  RunView view(RunEntry entry, RunFiles.Saved saved) {
    Long last = entry.log == null ? null : entry.log.events().lastId();
    return RunView.of(entry.id, saved.request(), saved.state(), parts, last);
  }

  /** How a run is now: from memory while it is worked on, else from disk. */
  Future<RunFiles.Saved> saved(RunEntry entry) {
    return entry.live != null
        ? Future.succeededFuture(new RunFiles.Saved(entry.live.request(), entry.live.state()))
        : files.later(() -> files.read(entry.id));
  }
}
