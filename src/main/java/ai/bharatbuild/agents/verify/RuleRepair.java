package ai.bharatbuild.agents.verify;

import ai.bharatbuild.agents.work.Repair;
import ai.bharatbuild.agents.work.Workspace;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A repair that needs no model; not made yet.
 *
 * @param signature of the failure that it is for
 * @param edits whole new contents by path
 * @param reason what is done and why, in a sentence
 */
public record RuleRepair(String signature, SortedMap<String, String> edits, String reason) {
  public RuleRepair {
    edits = new TreeMap<>(edits);
  }

  /** Writes the files. */
  public Repair apply(Workspace workspace) {
    edits.forEach(
        (path, content) -> workspace.write(path, content.getBytes(StandardCharsets.UTF_8)));
    return new Repair(Repair.RULE, signature, List.copyOf(edits.keySet()), reason);
  }
}
