package ai.bharatbuild.agents.documents.export;

import ai.bharatbuild.agents.documents.paper.Block;
import ai.bharatbuild.agents.documents.paper.Paper;
import ai.bharatbuild.agents.documents.paper.Slide;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;

/** Markdown as GitHub has it. What comes from facts is never markup. */
public final class MarkdownExporter implements Exporter {
  private static final String SPECIAL = "\\`*_[]|~$#";

  @Override
  public byte[] export(Paper paper) {
    StringBuilder out = new StringBuilder();
    out.append("# ").append(escape(paper.title())).append("\n\n");
    out.append("**").append(escape(paper.project())).append("** · ").append(paper.day());
    out.append("\n\n");
    paper.blocks().forEach(block -> write(out, block));
    int number = 0;
    for (Slide slide : paper.slides()) {
      write(out, slide, ++number);
    }
    if (!paper.remark().isEmpty()) {
      out.append(paragraph(paper.remark())).append('\n');
    }
    return out.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static void write(StringBuilder out, Block block) {
    switch (block) {
      case Block.Heading it ->
          out.append("#".repeat(it.level() + 1)).append(' ').append(escape(it.shown()));
      case Block.Paragraph it ->
          out.append(paragraph(it.text())).append(it.modelWritten() ? " †" : "");
      case Block.Items it -> {
        int number = 0;
        for (String item : it.items()) {
          out.append(it.ordered() ? ++number + ". " : "- ").append(paragraph(item)).append('\n');
        }
      }
      case Block.Table it -> table(out, it);
      case Block.Code it -> fence(out, "", it.text());
      case Block.Figure it -> {
        out.append('*').append(escape(it.caption())).append("*\n\n");
        fence(out, "plantuml", it.diagram());
      }
      case Block.Note it ->
          out.append(it.tone() == Block.Note.Tone.GOOD ? "> ✓ " : "> ⚠ ").append(escape(it.text()));
    }
    out.append("\n\n");
  }

  private static void write(StringBuilder out, Slide slide, int number) {
    out.append("## %d. ".formatted(number)).append(escape(slide.title())).append("\n\n");
    if (!slide.points().isEmpty()) {
      write(out, new Block.Items(slide.points(), false));
    }
    if (slide.table() != null) {
      write(out, slide.table());
    }
    if (slide.figure() != null) {
      write(out, slide.figure());
    }
    if (!slide.notes().isEmpty()) {
      out.append("*Notes:* ").append(paragraph(slide.notes())).append("\n\n");
    }
  }

  private static void table(StringBuilder out, Block.Table table) {
    if (!table.caption().isEmpty()) {
      out.append("*").append(escape(table.caption())).append("*\n\n");
    }
    out.append(row(table.header())).append('\n');
    out.append("|").append(" --- |".repeat(table.header().size())).append('\n');
    table.rows().forEach(row -> out.append(row(row)).append('\n'));
    if (table.leftOut() > 0) {
      out.append("\nand %d more rows".formatted(table.leftOut()));
    }
  }

  private static String row(List<String> cells) {
    return cells.stream()
        .map(MarkdownExporter::escape)
        .collect(Collectors.joining(" | ", "| ", " |"));
  }

  /** The fence is longer than any row of backticks within. */
  private static void fence(StringBuilder out, String language, String text) {
    String fence = "```";
    while (text.contains(fence)) {
      fence += "`";
    }
    out.append(fence).append(language).append('\n').append(text);
    out.append(text.endsWith("\n") ? "" : "\n").append(fence);
  }

  /** What begins a list or a heading is escaped at the beginning of a line only. */
  private static String paragraph(String text) {
    String escaped = escape(text);
    if (escaped.matches("(?s)[-+=].*")) {
      return "\\" + escaped;
    }
    return escaped.replaceFirst("^(\\d{1,9})([.)])", "$1\\\\$2");
  }

  static String escape(String text) {
    StringBuilder escaped = new StringBuilder(text.length() + 8);
    for (char c : text.toCharArray()) {
      switch (c) {
        case '<' -> escaped.append("&lt;");
        case '>' -> escaped.append("&gt;");
        case '&' -> escaped.append("&amp;");
        case '\n' -> escaped.append(' ');
        default -> {
          if (SPECIAL.indexOf(c) >= 0) {
            escaped.append('\\');
          }
          escaped.append(c);
        }
      }
    }
    return escaped.toString();
  }
}
