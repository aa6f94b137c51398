package ai.bharatbuild.agents.runs;

import ai.bharatbuild.agents.plan.InvalidPlanException;
import ai.bharatbuild.agents.plan.Plan;
import ai.bharatbuild.agents.plan.PlanJson;
import ai.bharatbuild.agents.verify.Tree;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** What a run finds in its workspace, and what the next run will find of this one. */
final class WorkspaceLook {
  private final LiveRun run;

  /**
   * What was found.
   *
   * @param existing whether there is a project
   * @param userEdits files that the user changed, made or deleted since agents wrote last; empty
   *     where they never did
   */
  record Found(boolean existing, int files, List<String> userEdits) {}

  WorkspaceLook(LiveRun run) {
    this.run = run;
  }

  Found look() {
    Map<String, String> now = Tree.of(run.workspace()).hashes();
    Map<String, String> written;
    try {
      written = run.files().written(run.id().job());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Found(
        !now.isEmpty(), now.size(), written.isEmpty() ? List.of() : differences(written, now));
  }

  private static List<String> differences(Map<String, String> before, Map<String, String> now) {
    Set<String> paths = new TreeSet<>(before.keySet());
    paths.addAll(now.keySet());
    paths.removeIf(path -> Objects.equals(before.get(path), now.get(path)));
    return new ArrayList<>(paths);
  }

  /**
   * Notes how the files are now, so that the next run sees what the user changes; what the user
   * changed while this one was at work is left out, so that it is seen, too.
   */
  void remember() {
    Map<String, String> digests = new TreeMap<>(Tree.of(run.workspace()).hashes());
    run.state().edited().forEach(digests::remove);
    try {
      run.files().saveWritten(run.id().job(), digests);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** {@code plan.json} as it lies in the workspace; null where there is none. */
  byte[] planFile() {
    return run.workspace().read(PlanJson.FILE).orElse(null);
  }

  /**
   * Writes the plan down; whether it did. What somebody has written there meanwhile stays.
   *
   * @param before the file when planning began; null where there was none
   */
  boolean keep(Plan plan, byte[] before) {
    byte[] bytes = PlanJson.write(plan).getBytes(StandardCharsets.UTF_8);
    return run.workspace().write(PlanJson.FILE, before, bytes);
  }

  /** Whether {@code plan.json} is there and is no plan: then it is the project's own, and stays. */
  boolean planIsOthers(Set<String> stacks) {
    return planFile() != null && plan(stacks) == null;
  }

  /** The plan in the workspace; null where there is none, or none that is valid. */
  Plan plan(Set<String> stacks) {
    try {
      return run.workspace()
          .read(PlanJson.FILE)
          .map(bytes -> PlanJson.read(new String(bytes, StandardCharsets.UTF_8), stacks))
          .orElse(null);
    } catch (InvalidPlanException e) {
      return null;
    }
  }
}
