package ai.bharatbuild.agents.runs;

import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** The runs that a shard knows, by job and by owner. Belongs to the verticle's event loop. */
final class RunTable {
  private static final Comparator<RunEntry> OLDEST_FIRST =
      Comparator.comparing((RunEntry entry) -> entry.createdAt)
          .thenComparing(entry -> entry.id.number())
          .thenComparing(entry -> entry.id.job());

  private final Map<String, NavigableMap<Integer, RunEntry>> jobs = new HashMap<>();
  private final Map<String, NavigableSet<RunEntry>> owners = new HashMap<>();

  void add(RunEntry entry) {
    jobs.computeIfAbsent(entry.id.job(), job -> new TreeMap<>()).put(entry.id.number(), entry);
    owners.computeIfAbsent(entry.owner, owner -> new TreeSet<>(OLDEST_FIRST)).add(entry);
  }

  void remove(RunEntry entry) {
    jobs.computeIfPresent(
        entry.id.job(),
        (job, runs) -> {
          runs.remove(entry.id.number());
          return runs.isEmpty() ? null : runs;
        });
    owners.computeIfPresent(
        entry.owner,
        (owner, runs) -> {
          runs.remove(entry);
          return runs.isEmpty() ? null : runs;
        });
  }

  /** Null where there is none. */
  RunEntry get(RunId id) {
    NavigableMap<Integer, RunEntry> runs = jobs.get(id.job());
    return runs == null ? null : runs.get(id.number());
  }

  /** The runs of a job, newest first. */
  Collection<RunEntry> of(String job) {
    NavigableMap<Integer, RunEntry> runs = jobs.get(job);
    return runs == null ? List.of() : runs.descendingMap().values();
  }

  /** The runs of an owner, newest first. */
  Collection<RunEntry> ownedBy(String owner) {
    NavigableSet<RunEntry> runs = owners.get(owner);
    return runs == null ? List.of() : runs.descendingSet();
  }

  List<RunEntry> all() {
    return jobs.values().stream().flatMap(runs -> runs.values().stream()).toList();
  }

  /** A number that no run of the job has had. */
  int nextNumber(String job) {
    NavigableMap<Integer, RunEntry> runs = jobs.get(job);
    return runs == null ? 1 : runs.lastKey() + 1;
  }
}
