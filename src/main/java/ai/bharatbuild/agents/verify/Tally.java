package ai.bharatbuild.agents.verify;

import ai.bharatbuild.agents.verify.Evidence.TestCounts;

/** Adds up what the runners of one command tell. */
final class Tally {
  private boolean told;
  private int passed;
  private int failed;
  private int skipped;

  /** A runner told of its tests, even if there were none. */
  void add(int morePassed, int moreFailed, int moreSkipped) {
    told = true;
    passed += morePassed;
    failed += moreFailed;
    skipped += moreSkipped;
  }

  /** Null where no runner told anything. */
  TestCounts counts() {
    return told ? new TestCounts(Math.max(0, passed), failed, skipped) : null;
  }
}
