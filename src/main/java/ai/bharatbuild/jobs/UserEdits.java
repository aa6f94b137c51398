package ai.bharatbuild.jobs;

import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * When callers of the API last changed which files of a job: what runs of agents wrote is not among
 * them, nor what processes did. In memory only, and of the newest some thousands. Belongs to the
 * job's lane.
 */
final class UserEdits {
  private static final int MOST = 10_000;

  /** Oldest first. */
  private final LinkedHashMap<String, Instant> times = new LinkedHashMap<>();

  void note(String path) {
    times.putLast(path, Instant.now());
    if (times.size() > MOST) {
      times.pollFirstEntry();
    }
  }

  void clear() {
    times.clear();
  }

  Set<String> since(Instant from) {
    Set<String> paths = new HashSet<>();
    for (Map.Entry<String, Instant> edit : times.reversed().entrySet()) {
      if (edit.getValue().isBefore(from)) {
        break;
      }
      paths.add(edit.getKey());
    }
    return paths;
  }
}
