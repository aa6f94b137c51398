package ai.bharatbuild.agents.author;

import ai.bharatbuild.agents.author.Tools.Result;
import ai.bharatbuild.agents.work.Workspace;
import ai.bharatbuild.agents.work.Workspace.Entry;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The tools that look at files. What they give is bounded, masked and marked as data. */
final class FileReaders {
  private static final int MOST_LISTED = 400;
  private static final int MOST_CHARACTERS = 32_000;
  private static final int LONGEST_LINE = 2_000;
  private static final int MOST_HITS = 60;
  private static final int LONGEST_HIT = 240;
  private static final int LARGEST_SEARCHED = 512 << 10;
  private static final long MOST_SEARCHED = 32L << 20;

  private final Workspace workspace;
  private final ProjectFiles files;

  private final Secrets secrets;

  FileReaders(Workspace workspace, ProjectFiles files, Secrets secrets) {
    this.secrets = secrets;
    this.workspace = workspace;
    this.files = files;
  }

  Result list(Arguments arguments) {
    List<Entry> under = under(arguments);
    StringBuilder lines = new StringBuilder();
    under.stream()
        .limit(MOST_LISTED)
        .forEach(it -> lines.append(it.path()).append("  ").append(it.bytes()).append(" bytes\n"));
    if (under.isEmpty()) {
      return Result.ok("There is no file.");
    }
    String more =
        under.size() > MOST_LISTED
            ? "\n%d more are not shown; give \"under\".".formatted(under.size() - MOST_LISTED)
            : "";
    return Result.ok(Fence.around(under.size() + " files", lines.toString()) + more);
  }

  Result read(Arguments arguments) {
    String path = ProjectPath.of(arguments.text("path"));
    Optional<byte[]> bytes = files.read(path);
    if (bytes.isEmpty()) {
      return Result.error("There is no file " + path + ". list_files shows what there is.");
    }
    int from = Math.max(1, arguments.whole("from_line", 1));
    return show(path, bytes.get(), from, Math.max(1, arguments.whole("lines", Integer.MAX_VALUE)));
  }

  /** Shows a file's lines to the model and remembers that it was. */
  Result show(String path, byte[] bytes, int from, int most) {
    String text = Content.text(bytes);
    if (text == null) {
      return Result.error("%s is no text (%d bytes).".formatted(path, bytes.length));
    }
    if (text.isEmpty()) {
      files.shown(path, bytes, true);
      return Result.ok(path + " is empty.");
    }
    String masked = secrets.file(path, text);
    Cut cut = cut(masked, from, most);
    int lines = Content.lines(masked);
    if (cut.lines() == 0) {
      return Result.error("%s has only %d lines.".formatted(path, lines));
    }
    int last = from + cut.lines() - 1;
    boolean whole = from == 1 && last == lines && !cut.shortened() && masked.equals(text);
    files.shown(path, bytes, whole);
    String more = last < lines ? "\nThe file goes on: read from line %d.".formatted(last + 1) : "";
    return Result.ok(
        Fence.around("%s, lines %d to %d of %d".formatted(path, from, last, lines), cut.text())
            + more);
  }

  /** A file's content as the model may see it. */
  String masked(String path, String text) {
    return secrets.file(path, text);
  }

  Result search(Arguments arguments) {
    String wanted = arguments.text("text");
    if (wanted.isBlank() || wanted.contains("\n")) {
      return Result.error("The text must be a part of one line, and not blank.");
    }
    boolean ignoreCase = arguments.flag("ignore_case");
    List<String> hits = new ArrayList<>();
    long read = 0;
    for (Entry entry : under(arguments)) {
      if (hits.size() >= MOST_HITS || read > MOST_SEARCHED) {
        break;
      }
      if (entry.bytes() <= LARGEST_SEARCHED) {
        read += entry.bytes();
        String text = Looks.at(workspace, entry.path()).map(Content::text).orElse(null);
        if (text != null && has(text, wanted, ignoreCase)) {
          hits(entry.path(), secrets.file(entry.path(), text), wanted, ignoreCase, hits);
        }
      }
    }
    if (hits.isEmpty()) {
      return Result.ok("No line has it.");
    }
    return Result.ok(
        Fence.around("lines with " + wanted, String.join("\n", hits))
            + (hits.size() >= MOST_HITS ? "\nThere may be more; give \"under\"." : ""));
  }

  private static void hits(
      String path, String text, String wanted, boolean ignoreCase, List<String> hits) {
    String[] lines = text.split("\n", -1);
    for (int i = 0; i < lines.length && hits.size() < MOST_HITS; i++) {
      if (has(lines[i], wanted, ignoreCase)) {
        String line = lines[i].strip();
        hits.add(
            "%s:%d: %s"
                .formatted(path, i + 1, line.substring(0, Math.min(line.length(), LONGEST_HIT))));
      }
    }
  }

  private static boolean has(String text, String wanted, boolean ignoreCase) {
    return ignoreCase
        ? text.toLowerCase(Locale.ROOT).contains(wanted.toLowerCase(Locale.ROOT))
        : text.contains(wanted);
  }

  private List<Entry> under(Arguments arguments) {
    String under = arguments.text("under", "").strip();
    if (under.isEmpty() || under.equals(".") || under.equals("/")) {
      return workspace.files();
    }
    String path = ProjectPath.of(under.replaceAll("/+$", ""));
    return workspace.files().stream()
        .filter(it -> it.path().equals(path) || it.path().startsWith(path + "/"))
        .toList();
  }

  /** Some lines of a text; shortened where one of them was. */
  private record Cut(String text, int lines, boolean shortened) {}

  private static Cut cut(String text, int from, int most) {
    StringBuilder out = new StringBuilder();
    boolean shortened = false;
    int line = 1;
    int taken = 0;
    int at = 0;
    while (at < text.length() && taken < most) {
      int lf = text.indexOf('\n', at);
      int end = lf < 0 ? text.length() : lf + 1;
      if (line++ >= from) {
        boolean tooLong = end - at > LONGEST_LINE;
        String shown =
            tooLong
                ? text.substring(at, at + LONGEST_LINE) + " …(line cut)\n"
                : text.substring(at, end);
        if (taken > 0 && out.length() + shown.length() > MOST_CHARACTERS) {
          break;
        }
        shortened |= tooLong;
        out.append(shown);
        taken++;
      }
      at = end;
    }
    return new Cut(out.toString(), taken, shortened);
  }
}
