package ai.bharatbuild.agents.verify;

import ai.bharatbuild.agents.work.Repair;
import java.util.ArrayList;
import java.util.List;

/** What the last repair came to, told by the failures before and after it. */
public enum Progress {
  /** No repair was tried yet, or there is another failure than all before. */
  NEW,
  /** The last repair did not change the outcome. */
  NONE,
  /** A failure that was gone is back. */
  BACK,
  /** Failures come and go in a circle. */
  CIRCLE;

  private static final int LONGEST_CIRCLE = 4;

  /**
   * Pure.
   *
   * @param before repairs of the run, oldest first
   * @param now what is wrong after them
   */
  public static Progress of(List<Repair> before, Diagnosis now) {
    List<String> failures = new ArrayList<>(before.stream().map(Repair::signature).toList());
    boolean known = failures.contains(now.signature());
    boolean same = !before.isEmpty() && failures.getLast().equals(now.signature());
    failures.add(now.signature());
    if (same) {
      return NONE;
    }
    return circles(failures) ? CIRCLE : known ? BACK : NEW;
  }

  /** Whether the end repeats what was before it, as in A B A B. */
  private static boolean circles(List<String> failures) {
    int size = failures.size();
    for (int length = 2; length <= LONGEST_CIRCLE && 2 * length <= size; length++) {
      List<String> last = failures.subList(size - length, size);
      if (last.equals(failures.subList(size - 2 * length, size - length))) {
        return true;
      }
    }
    return false;
  }
}
