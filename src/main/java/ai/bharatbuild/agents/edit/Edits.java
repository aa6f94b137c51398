package ai.bharatbuild.agents.edit;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Applies changes to contents. Pure; safe on any thread; for large files not on an event loop. */
public final class Edits {
  private Edits() {}

  /**
   * What came of several changes.
   *
   * @param contents new contents by path; empty when something was rejected
   * @param results of each change that was tried, in order
   */
  public record Outcome(Map<String, String> contents, List<EditResult> results) {
    public boolean applied() {
      return results.stream().allMatch(EditResult.Applied.class::isInstance);
    }
  }

  /**
   * Applies one change.
   *
   * @param current content, or null where there is no such file
   */
  public static EditResult apply(String current, FileEdit edit) {
    return switch (edit) {
      case FileEdit.Whole whole -> new EditResult.Applied(whole.path(), whole.content(), List.of());
      case FileEdit.Replacements blocks -> ReplacementsApplier.apply(current, blocks);
      case FileEdit.Diff diff -> DiffApplier.apply(current, diff);
    };
  }

  /** Applies changes one after another, all or none; several may be of one file. */
  public static Outcome applyAll(Map<String, String> files, List<FileEdit> edits) {
    Map<String, String> contents = new LinkedHashMap<>();
    List<EditResult> results = new ArrayList<>();
    for (FileEdit edit : edits) {
      String current = contents.getOrDefault(edit.path(), files.get(edit.path()));
      EditResult result = apply(current, edit);
      results.add(result);
      if (result instanceof EditResult.Applied applied) {
        contents.put(edit.path(), applied.content());
      }
    }
    Outcome outcome = new Outcome(contents, List.copyOf(results));
    return outcome.applied() ? outcome : new Outcome(Map.of(), outcome.results());
  }
}
