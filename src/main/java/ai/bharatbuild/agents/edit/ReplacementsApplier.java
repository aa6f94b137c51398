package ai.bharatbuild.agents.edit;

import ai.bharatbuild.agents.edit.SourceText.Line;
import java.util.ArrayList;
import java.util.List;

/** Applies searches with replacements; each sees what the ones before it made. */
final class ReplacementsApplier {
  private ReplacementsApplier() {}

  static EditResult apply(String current, FileEdit.Replacements edit) {
    SourceText text = SourceText.of(current == null ? "" : current);
    List<Match> matches = new ArrayList<>();
    List<BlockFailure> failures = new ArrayList<>();
    for (int i = 0; i < edit.blocks().size(); i++) {
      FileEdit.Block block = edit.blocks().get(i);
      if (block.search().isEmpty()) {
        text = fill(text, i + 1, block, matches, failures);
        continue;
      }
      List<String> wanted = SourceText.of(block.search()).texts();
      BlockFinder.Found found =
          wanted.stream().allMatch(String::isBlank)
              ? blank(i + 1)
              : new BlockFinder(text).find(i + 1, wanted, 0, -1);
      if (found.failure() != null) {
        failures.add(found.failure());
      } else {
        matches.add(found.match());
        text = replace(text, found.match(), wanted, block.replace());
      }
    }
    return failures.isEmpty()
        ? new EditResult.Applied(edit.path(), text.content(), List.copyOf(matches))
        : new EditResult.Rejected(edit.path(), List.copyOf(failures));
  }

  private static BlockFinder.Found blank(int block) {
    return new BlockFinder.Found(
        null, new BlockFailure(block, "The search has nothing but blank lines.", ""));
  }

  private static SourceText fill(
      SourceText text,
      int number,
      FileEdit.Block block,
      List<Match> matches,
      List<BlockFailure> failures) {
    if (text.size() > 0) {
      failures.add(
          new BlockFailure(
              number,
              "The search is empty, which is for new files, and the file is not empty.",
              ""));
      return text;
    }
    matches.add(new Match(0, 0, Match.How.EXACT));
    return SourceText.of(block.replace());
  }

  /** New lines get the file's usual end; whether the file ends with one stays as it is. */
  private static SourceText replace(
      SourceText text, Match match, List<String> wanted, String replace) {
    Indents indents = Indents.between(wanted, text, match);
    int end = match.start() + match.length();
    List<Line> lines = new ArrayList<>(text.lines(0, match.start()));
    for (String line : SourceText.of(replace).texts()) {
      lines.add(new Line(indents.apply(line), text.usualEnd()));
    }
    lines.addAll(text.lines(end, text.size()));
    if (end == text.size() && text.endsOpen() && !lines.isEmpty()) {
      lines.set(lines.size() - 1, new Line(lines.getLast().text(), ""));
    }
    return SourceText.of(lines);
  }
}
