package ai.bharatbuild.agents.author;

import ai.bharatbuild.agents.author.Tools.Result;
import ai.bharatbuild.agents.edit.DiffParser;
import ai.bharatbuild.agents.edit.EditResult;
import ai.bharatbuild.agents.edit.Edits;
import ai.bharatbuild.agents.edit.FileEdit;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** The tools that change files: whole or not at all, and never what the model does not know. */
final class FileWriters {
  private static final int SHOWN_LINES = 400;

  private final ProjectFiles files;
  private final FileReaders readers;
  private final Rights rights;
  private final Parts parts = new Parts();

  FileWriters(ProjectFiles files, FileReaders readers, Rights rights) {
    this.files = files;
    this.readers = readers;
    this.rights = rights;
  }

  /** Files that were begun and have no end. */
  Parts parts() {
    return parts;
  }

  Result write(Arguments arguments) {
    String path = ProjectPath.of(arguments.text("path"));
    String content = arguments.text("content");
    String refused = refused(path);
    if (refused != null) {
      return Result.error(refused);
    }
    if (!arguments.flag("more")) {
      Result result = save(path, content);
      if (!result.error()) {
        parts.drop(path);
      }
      return result;
    }
    return parts.begin(path, content)
        ? Result.ok("Kept as the first part of " + path + "; go on with append_file.")
        : tooLong();
  }

  Result append(Arguments arguments) {
    String path = ProjectPath.of(arguments.text("path"));
    String content = arguments.text("content");
    if (!parts.has(path)) {
      return Result.error(
          path
              + " was not begun by write_file with more=true. To add to a file that is there, use"
              + " edit_file.");
    }
    if (!parts.append(path, content)) {
      return tooLong();
    }
    if (arguments.flag("more")) {
      return Result.ok("Kept as the next part of " + path + "; go on with append_file.");
    }
    // What is refused stays, so that the model need not give all of it again.
    Result result = save(path, parts.content(path));
    if (!result.error()) {
      parts.drop(path);
    }
    return result;
  }

  private static Result tooLong() {
    return Result.error(
        "That is more than %d characters; make smaller files.".formatted(Parts.MOST));
  }

  /**
   * Keeps what came of a call to write that was cut off, as the first part of its file.
   *
   * @return what the model is to do now
   */
  String keep(boolean append, String json) {
    PartialCall.Kept kept = PartialCall.read(json);
    String path = path(kept.path());
    boolean usable =
        path != null
            && kept.lines() != null
            && !kept.lines().isEmpty()
            && refused(path) == null
            && (append
                ? parts.has(path) && parts.append(path, kept.lines())
                : parts.begin(path, kept.lines()));
    if (!usable) {
      return "Your call was cut off by the limit of an answer; nothing of it was kept. Write the"
          + " file in parts of at most 200 lines: write_file with more=true, then append_file.";
    }
    String all = parts.content(path);
    return "Your call was cut off by the limit of an answer. Its whole lines were kept as a part of"
        + " %s, which has %d lines now and is not saved yet. It ends with:\n%s\nGo on at the next"
            .formatted(path, Content.lines(all), Fence.around(path, Masking.text(end(all))))
        + " line with append_file, in parts of at most 200 lines; more=false with the last one.";
  }

  private static String path(String said) {
    try {
      return said == null ? null : ProjectPath.of(said);
    } catch (Arguments.WrongArgument e) {
      return null;
    }
  }

  private static String end(String text) {
    int at = text.length() - 1;
    for (int lines = 0; at > 0 && lines < 3; lines++) {
      at = text.lastIndexOf('\n', at - 1);
    }
    return text.substring(Math.max(0, at + (at > 0 ? 1 : 0)));
  }

  Result edit(Arguments arguments) {
    String path = ProjectPath.of(arguments.text("path"));
    FileEdit edit = change(path, arguments);
    String refused = refused(path);
    if (refused != null) {
      return Result.error(refused);
    }
    byte[] bytes = files.read(path).orElse(null);
    if (bytes == null) {
      return Result.error("There is no file " + path + "; write_file makes one.");
    }
    String current = Content.text(bytes);
    if (current == null) {
      return Result.error(path + " is no text and cannot be edited.");
    }
    Result unknown = unknown(path, bytes, false);
    if (unknown != null) {
      return unknown;
    }
    return switch (Edits.apply(current, edit)) {
      case EditResult.Rejected rejected -> Result.error(told(path, current, rejected));
      case EditResult.Applied applied ->
          replace(path, bytes, current, applied.content(), applied.inexact());
    };
  }

  Result delete(Arguments arguments) {
    String path = ProjectPath.of(arguments.text("path"));
    String refused = Rights.never(path) == null ? rights.delete(path) : Rights.never(path);
    if (refused != null) {
      return Result.error(refused);
    }
    byte[] bytes = files.read(path).orElse(null);
    if (bytes == null) {
      return Result.error("There is no file " + path + ".");
    }
    Result unknown = unknown(path, bytes, false);
    if (unknown != null) {
      return unknown;
    }
    return files.delete(path, bytes) ? Result.ok("Deleted " + path + ".") : changed(path);
  }

  private static FileEdit change(String path, Arguments arguments) {
    if (!arguments.absent("diff") && !arguments.text("diff").isBlank()) {
      try {
        return new FileEdit.Diff(path, DiffParser.parse(arguments.text("diff")));
      } catch (IllegalArgumentException e) {
        throw new Arguments.WrongArgument("The diff cannot be read: " + e.getMessage());
      }
    }
    List<FileEdit.Block> blocks = new ArrayList<>();
    for (JsonNode edit : arguments.list("edits")) {
      Arguments block = new Arguments(edit);
      blocks.add(new FileEdit.Block(block.text("search"), block.text("replace")));
    }
    if (blocks.isEmpty()) {
      throw new Arguments.WrongArgument("Give \"edits\" or a \"diff\".");
    }
    return new FileEdit.Replacements(path, blocks);
  }

  private Result save(String path, String content) {
    byte[] now = files.read(path).orElse(null);
    if (now == null) {
      return files.knows(path) ? deleted(path) : replace(path, null, null, content, false);
    }
    String current = Content.text(now);
    if (current == null) {
      return Result.error(path + " is there and is no text; it is not replaced.");
    }
    Result unknown = unknown(path, now, true);
    return unknown != null ? unknown : replace(path, now, current, content, false);
  }

  private Result replace(String path, byte[] seen, String before, String after, boolean inexact) {
    if (after.contains(Masking.MASK) && (before == null || !before.contains(Masking.MASK))) {
      return Result.error(
          "Nothing was saved: \"%s\" stands for a secret that is not shown; it is no content. Read"
                  .formatted(Masking.MASK)
              + " secrets from environment variables, and leave lines that hold one alone.");
    }
    String refused = rights.replace(path, before, after);
    if (refused != null) {
      return Result.error(refused);
    }
    if (after.equals(before)) {
      return Result.ok(path + " has this content already; nothing was changed.");
    }
    if (!files.save(path, seen, after)) {
      return changed(path);
    }
    return Result.ok(
        "Saved %s: %d lines.%s"
            .formatted(
                path,
                Content.lines(after),
                inexact ? " Some lines were only nearly as you gave them; look at it." : ""));
  }

  /** Somebody was faster: what there is now goes to the model. */
  private Result changed(String path) {
    byte[] now = files.read(path).orElse(null);
    if (now == null) {
      return deleted(path);
    }
    Result unknown = unknown(path, now, false);
    return unknown != null
        ? unknown
        : Result.error(path + " is being changed by somebody; nothing was done. Try again.");
  }

  private Result deleted(String path) {
    files.gone(path);
    return Result.error(
        "Nothing was done: there is no %s any more. Somebody has deleted it since you read it. Make it anew only if it is needed."
            .formatted(path));
  }

  /** What keeps a file from being changed because the model does not know it; else null. */
  private Result unknown(String path, byte[] now, boolean whole) {
    boolean known = files.knows(path);
    boolean fresh = files.fresh(path, now);
    if (fresh && (!whole || files.knowsWhole(path))) {
      return null;
    }
    String why =
        fresh
            ? "You have not read all of it; read the rest, or change parts with edit_file."
            : known
                ? "Somebody has changed it since you read it. Keep that change. It is now:"
                : "You have not read it yet. It is:";
    String shown = fresh ? "" : "\n" + readers.show(path, now, 1, SHOWN_LINES).content();
    return Result.error("%s was left as it is. %s%s".formatted(path, why, shown));
  }

  /** The file's real lines go to the model, unless secrets are among them. */
  private String told(String path, String current, EditResult.Rejected rejected) {
    return readers.masked(path, current).equals(current)
        ? Fence.around("why " + path + " was not changed", rejected.told())
        : path + " was not changed: lines of it were not found, or more than once. Read it again.";
  }

  private String refused(String path) {
    String never = Rights.never(path);
    return never != null ? never : rights.write(path);
  }
}
