package ai.bharatbuild.agents.documents.paper;

import java.util.List;

/** A part of a document. All text is plain; each format escapes it. */
public sealed interface Block {
  /**
   * @param level from 1
   * @param number such as {@code 3.1}; empty where it has none
   */
  record Heading(int level, String number, String text) implements Block {
    /** Number and text. */
    public String shown() {
      return number.isEmpty() ? text : number + " " + text;
    }
  }

  /**
   * @param source where its words come from
   */
  record Paragraph(String text, Source source) implements Block {
    /** Who put it into words. */
    public enum Source {
      /** Code, from facts; it stays as it is. */
      FACTS,
      /** A template; a language model may write it anew. */
      DRAFT,
      MODEL
    }

    public boolean modelWritten() {
      return source == Source.MODEL;
    }
  }

  /** A list. */
  record Items(List<String> items, boolean ordered) implements Block {
    public Items {
      items = List.copyOf(items);
    }
  }

  /**
   * @param widths of the columns, in percent
   * @param leftOut rows that were too many
   */
  record Table(
      String caption,
      List<String> header,
      List<Integer> widths,
      List<List<String>> rows,
      int leftOut)
      implements Block {
    public Table {
      header = List.copyOf(header);
      widths = List.copyOf(widths);
      rows = List.copyOf(rows);
    }
  }

  /** Text whose lines and spaces matter. */
  record Code(String text) implements Block {}

  /**
   * @param diagram in PlantUML's language, in which all that comes from facts is escaped
   */
  record Figure(String caption, String diagram) implements Block {}

  /** Something that must not be overlooked. */
  record Note(Tone tone, String text) implements Block {
    /** How it is meant. */
    public enum Tone {
      GOOD,
      WARNING
    }
  }
}
