package ai.bharatbuild.agents.edit;

import ai.bharatbuild.agents.edit.SourceText.Line;
import java.util.ArrayList;
import java.util.List;

/** Reads one answer in the form of {@link EditText}. */
final class EditTextParser {
  private final EditText form;
  private final SourceText text;
  private final List<FileEdit> edits = new ArrayList<>();
  private final List<String> problems = new ArrayList<>();

  EditTextParser(EditText form, SourceText text) {
    this.form = form;
    this.text = text;
  }

  EditText.Parsed parse() {
    int at = 0;
    while (at < text.size()) {
      String marker = marker(text.text(at));
      if (marker == null) {
        at++;
        continue;
      }
      String path = form.opened(text.text(at), marker);
      int end = end(at + 1);
      if (end < 0) {
        return new EditText.Parsed(List.copyOf(edits), path, List.copyOf(problems));
      }
      read(marker, path, text.lines(at + 1, end), text.text(end));
      at = end + 1;
    }
    return new EditText.Parsed(List.copyOf(edits), null, List.copyOf(problems));
  }

  private String marker(String line) {
    for (String marker : List.of(EditText.FILE, EditText.EDIT, EditText.DIFF)) {
      if (form.opened(line, marker) != null) {
        return marker;
      }
    }
    return null;
  }

  private int end(int from) {
    for (int i = from; i < text.size(); i++) {
      String line = text.text(i);
      if (line.equals(form.mark(EditText.END)) || line.equals(form.mark(EditText.OPEN_END))) {
        return i;
      }
      // The next change begins, so this one was never closed.
      if (marker(line) != null) {
        return -1;
      }
    }
    return -1;
  }

  private void read(String marker, String path, List<Line> lines, String end) {
    switch (marker) {
      case EditText.FILE -> edits.add(whole(path, lines, end));
      case EditText.EDIT -> {
        List<FileEdit.Block> blocks = form.blocks(lines);
        if (blocks == null) {
          problems.add(path + ": the markers of searches and replacements are not in order");
        } else {
          edits.add(new FileEdit.Replacements(path, blocks));
        }
      }
      default -> {
        try {
          edits.add(new FileEdit.Diff(path, DiffParser.parse(SourceText.of(lines).content())));
        } catch (IllegalArgumentException e) {
          problems.add(path + ": " + e.getMessage());
        }
      }
    }
  }

  private FileEdit whole(String path, List<Line> lines, String end) {
    String content = SourceText.of(lines).content();
    boolean open = end.equals(form.mark(EditText.OPEN_END));
    return new FileEdit.Whole(path, open ? withoutEnd(content) : content);
  }

  private static String withoutEnd(String content) {
    return content.endsWith("\n") ? content.substring(0, content.length() - 1) : content;
  }
}
