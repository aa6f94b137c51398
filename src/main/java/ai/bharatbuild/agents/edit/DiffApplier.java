package ai.bharatbuild.agents.edit;

import ai.bharatbuild.agents.edit.FileEdit.DiffLine;
import ai.bharatbuild.agents.edit.FileEdit.Hunk;
import ai.bharatbuild.agents.edit.SourceText.Line;
import java.util.ArrayList;
import java.util.List;

/** Applies a unified diff. All hunks are looked for in the old content, in their order. */
final class DiffApplier {
  private final SourceText old;
  private final BlockFinder finder;
  private final boolean endsGiven;
  private final List<Line> lines = new ArrayList<>();
  private final List<Match> matches = new ArrayList<>();
  private final List<BlockFailure> failures = new ArrayList<>();
  private int done;

  private DiffApplier(String current, FileEdit.Diff diff) {
    this.old = SourceText.of(current == null ? "" : current);
    this.finder = new BlockFinder(old);
    // A model writes line feeds, whatever the file has; a diff that a program made has the real
    // ends.
    this.endsGiven =
        old.usualEnd().equals(SourceText.LF)
            || diff.hunks().stream()
                .flatMap(hunk -> hunk.lines().stream())
                .anyMatch(line -> line.end().equals(SourceText.CRLF));
  }

  static EditResult apply(String current, FileEdit.Diff diff) {
    DiffApplier applier = new DiffApplier(current, diff);
    for (int i = 0; i < diff.hunks().size(); i++) {
      applier.hunk(i + 1, diff.hunks().get(i));
    }
    if (!applier.failures.isEmpty()) {
      return new EditResult.Rejected(diff.path(), List.copyOf(applier.failures));
    }
    applier.copy(applier.old.size());
    return new EditResult.Applied(
        diff.path(), applier.closed().content(), List.copyOf(applier.matches));
  }

  private void hunk(int number, Hunk hunk) {
    List<String> wanted =
        hunk.lines().stream().filter(line -> line.sign() != '+').map(DiffLine::text).toList();
    Match match = wanted.isEmpty() ? insertion(number, hunk) : find(number, wanted, hunk);
    if (match == null) {
      return;
    }
    matches.add(match);
    copy(match.start());
    Indents indents = Indents.between(wanted, old, match);
    int at = match.start();
    for (DiffLine line : hunk.lines()) {
      switch (line.sign()) {
        case '+' -> lines.add(new Line(indents.apply(line.text()), end(line)));
        case '-' -> at++;
        // What stays is the file's own line, also where it is only like the hunk's.
        default -> lines.add(old.line(at++));
      }
    }
    done = at;
  }

  private String end(DiffLine line) {
    return line.end().isEmpty() || endsGiven ? line.end() : old.usualEnd();
  }

  private Match find(int number, List<String> wanted, Hunk hunk) {
    BlockFinder.Found found = finder.find(number, wanted, done, hunk.oldStart() - 1);
    if (found.failure() != null) {
      failures.add(found.failure());
    }
    return found.match();
  }

  /** Without any old line, the number of the header is all there is to go by. */
  private Match insertion(int number, Hunk hunk) {
    int at = hunk.oldStart();
    if (at < done || at > old.size()) {
      failures.add(
          new BlockFailure(
              number,
              "The hunk has no line of the file, and the file has no line " + at + ".",
              ""));
      return null;
    }
    return new Match(at, 0, Match.How.EXACT);
  }

  private void copy(int to) {
    if (to > done) {
      lines.addAll(old.lines(done, to));
      done = to;
    }
  }

  /** Only the last line may have no end. */
  private SourceText closed() {
    for (int i = 0; i < lines.size() - 1; i++) {
      if (lines.get(i).end().isEmpty()) {
        lines.set(i, new Line(lines.get(i).text(), old.usualEnd()));
      }
    }
    return SourceText.of(lines);
  }
}
