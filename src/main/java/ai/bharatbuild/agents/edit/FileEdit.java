package ai.bharatbuild.agents.edit;

import java.util.List;

/** A change of one file. */
public sealed interface FileEdit {
  /** Of the file, relative to the workspace. */
  String path();

  /** The file is to have this content. */
  record Whole(String path, String content) implements FileEdit {}

  /** Each search is to be replaced, one after another. */
  record Replacements(String path, List<Block> blocks) implements FileEdit {
    public Replacements {
      blocks = List.copyOf(blocks);
    }
  }

  /**
   * Whole lines that are to be there once, and what is to stand there instead.
   *
   * @param search empty for a file that is not there, or is empty
   */
  record Block(String search, String replace) {}

  /** The hunks of a unified diff. */
  record Diff(String path, List<Hunk> hunks) implements FileEdit {
    public Diff {
      hunks = List.copyOf(hunks);
    }
  }

  /**
   * A hunk.
   *
   * @param oldStart line of the old file at which it begins, from 1; 0 in an empty file
   */
  record Hunk(int oldStart, List<DiffLine> lines) {
    public Hunk {
      lines = List.copyOf(lines);
    }
  }

  /**
   * A line of a hunk.
   *
   * @param sign space, {@code -} or {@code +}
   * @param text without its end
   * @param end as it was written: a line feed, a carriage return with one, or nothing where the
   *     diff says that the file ends without one
   */
  record DiffLine(char sign, String text, String end) {}
}
