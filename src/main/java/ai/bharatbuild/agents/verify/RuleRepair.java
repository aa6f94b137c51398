package ai.bharatbuild.agents.verify;

import ai.bharatbuild.agents.work.Repair;
import ai.bharatbuild.agents.work.RunScope;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A repair that needs no model; not made yet.
 *
 * @param signature of the failure that it is for
 * @param seen texts of those files as the rule saw them; none of files that are to be made
 * @param edits whole new contents by path
 * @param reason what is done and why, in a sentence
 */
public record RuleRepair(
    String signature, Map<String, String> seen, SortedMap<String, String> edits, String reason) {
  public RuleRepair {
    seen = Map.copyOf(seen);
    edits = new TreeMap<>(edits);
  }

  /**
   * Writes the files, and tells the run's log of each; one that somebody has changed since the rule
   * saw it is left as it is.
   */
  public Repair apply(RunScope scope) {
    List<String> changed = new ArrayList<>();
    List<String> left = new ArrayList<>();
    edits.forEach(
        (path, content) -> {
          if (scope.workspace().write(path, bytes(seen.get(path)), bytes(content))) {
            changed.add(path);
            String action = seen.containsKey(path) ? "changed" : "created";
            new Told(scope).file(path, action, bytes(content), content);
          } else {
            left.add(path);
          }
        });
    String told = left.isEmpty() ? reason : summary(left);
    return new Repair(Repair.RULE, signature, changed, told, false);
  }

  private String summary(List<String> left) {
    return "%s Somebody changed these files meanwhile, so they were left as they are: %s."
        .formatted(reason, String.join(", ", left));
  }

  private static byte[] bytes(String text) {
    return text == null ? null : text.getBytes(StandardCharsets.UTF_8);
  }
}
