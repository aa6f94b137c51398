package ai.bharatbuild.agents.edit;

import java.util.List;
import java.util.stream.Collectors;

/** What came of a change of one file. */
public sealed interface EditResult {
  /** Of the file. */
  String path();

  /**
   * It can be made.
   *
   * @param content the whole new content
   * @param matches where and how each block was found, in their order; none for a whole file
   */
  record Applied(String path, String content, List<Match> matches) implements EditResult {
    /** Whether some block was only nearly what was asked for, which the model should be told. */
    public boolean inexact() {
      return matches.stream().anyMatch(match -> match.how() != Match.How.EXACT);
    }
  }

  /** It cannot, and nothing of it is. */
  record Rejected(String path, List<BlockFailure> failures) implements EditResult {
    /** All failures, for the model. */
    public String told() {
      return failures.stream()
          .map(BlockFailure::told)
          .collect(Collectors.joining("\n\n", path + " was not changed, because of:\n\n", "\n"));
    }
  }
}
