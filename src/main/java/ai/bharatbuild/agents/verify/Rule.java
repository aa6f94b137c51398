package ai.bharatbuild.agents.verify;

import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A way to mend one kind of failure. Pure: it reads files and proposes others. */
interface Rule {
  /** Proposes only what is certain to be right, and nothing that is there already. */
  Optional<Proposal> propose(Diagnosis wrong, Files files);

  /**
   * Edits with their reason.
   *
   * @param edits whole new contents by path; only of files that differ
   */
  record Proposal(Map<String, String> edits, String reason) {
    static Optional<Proposal> of(String path, String content, String reason) {
      return Optional.of(new Proposal(Map.of(path, content), reason));
    }
  }

  /** A project's files. */
  interface Files {
    Set<String> paths();

    /** Its text; empty where there is no such file, or it is no text. */
    Optional<String> text(String path);
  }
}
