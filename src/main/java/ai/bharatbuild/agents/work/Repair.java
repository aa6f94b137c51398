package ai.bharatbuild.agents.work;

import java.util.List;

/**
 * A try at a repair.
 *
 * @param by {@code rule}, {@code small_model} or {@code large_model}
 * @param signature of the failure that it was for; see {@link
 *     ai.bharatbuild.agents.verify.Diagnosis}
 * @param changed paths of the files that are now different, sorted; empty where it changed nothing
 * @param summary what was done and why, in a few sentences
 * @param commands whether commands were run, which may have changed more than files
 */
public record Repair(
    String by, String signature, List<String> changed, String summary, boolean commands) {
  public static final String RULE = "rule";
  public static final String SMALL_MODEL = "small_model";
  public static final String LARGE_MODEL = "large_model";

  public Repair {
    changed = List.copyOf(changed);
  }
}
