package ai.bharatbuild.agents.documents.export;

import ai.bharatbuild.agents.documents.facts.Texts;
import ai.bharatbuild.agents.documents.paper.Block;
import ai.bharatbuild.agents.documents.paper.Block.Heading;
import ai.bharatbuild.agents.documents.paper.Paper;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;

/** A document as XHTML from which a PDF is laid out. It refers to nothing outside itself. */
final class Html {
  private static final int TOC_DEPTH = 2;

  private final Paper paper;
  private final IntPredicate drawable;
  private final StringBuilder out = new StringBuilder();
  private int unknown;
  private int headings;

  private Html(Paper paper, IntPredicate drawable) {
    this.paper = paper;
    this.drawable = drawable;
  }

  /**
   * @param drawable whether the fonts have a letter
   */
  static String of(Paper paper, String style, IntPredicate drawable) {
    return new Html(paper, drawable).write(style);
  }

  private String write(String style) {
    out.append("<html lang=\"en\"><head><title>").append(escape(paper.title() + " – "));
    out.append(escape(paper.project())).append("</title><style>").append(style);
    out.append("</style>");
    List<Heading> all =
        paper.blocks().stream().filter(Heading.class::isInstance).map(Heading.class::cast).toList();
    bookmarks(all);
    out.append("</head><body><div class=\"foot\">").append(escape(foot()));
    out.append("</div><div class=\"cover\"><div class=\"project\">");
    out.append(escape(paper.project())).append("</div><div class=\"title\">");
    out.append(escape(paper.title())).append("</div><div class=\"day\">").append(paper.day());
    out.append("</div></div>");
    contents(all);
    paper.blocks().forEach(this::block);
    end();
    return out.append("</body></html>").toString();
  }

  private String foot() {
    return Texts.line(paper.project(), 80);
  }

  /** Flat below their level, as the outline of a reader shows them. */
  private void bookmarks(List<Heading> all) {
    out.append("<bookmarks>");
    int depth = 0;
    for (int i = 0; i < all.size(); i++) {
      int level = Math.min(all.get(i).level(), depth + 1);
      for (; depth >= level; depth--) {
        out.append("</bookmark>");
      }
      out.append("<bookmark name=\"").append(escape(all.get(i).shown()));
      out.append("\" href=\"#h%d\">".formatted(i));
      depth = level;
    }
    out.append("</bookmark>".repeat(depth)).append("</bookmarks>");
  }

  private void contents(List<Heading> all) {
    out.append("<div class=\"toc\"><div class=\"toc-title\">Contents</div>");
    for (int i = 0; i < all.size(); i++) {
      Heading heading = all.get(i);
      if (heading.level() <= TOC_DEPTH) {
        out.append("<div class=\"toc-%d\"><a href=\"#h%d\">".formatted(heading.level(), i));
        out.append(escape(heading.shown())).append("</a></div>");
      }
    }
    out.append("</div>");
  }

  private void block(Block block) {
    switch (block) {
      case Heading it -> {
        int level = it.level();
        out.append("<h%d id=\"h%d\">".formatted(level, headings++)).append(escape(it.shown()));
        out.append("</h%d>".formatted(level));
      }
      case Block.Paragraph it ->
          out.append("<p>")
              .append(escape(it.text()))
              .append(it.modelWritten() ? " †" : "")
              .append("</p>");
      case Block.Items it -> items(it);
      case Block.Table it -> table(it);
      case Block.Code it -> out.append("<pre>").append(escape(it.text())).append("</pre>");
      case Block.Figure it -> figure(it);
      case Block.Note it -> {
        boolean good = it.tone() == Block.Note.Tone.GOOD;
        out.append(good ? "<div class=\"note good\">" : "<div class=\"note warning\">");
        out.append(escape(it.text())).append("</div>");
      }
    }
  }

  private void items(Block.Items list) {
    String tag = list.ordered() ? "ol" : "ul";
    out.append('<').append(tag).append('>');
    list.items().forEach(it -> out.append("<li>").append(escape(it)).append("</li>"));
    out.append("</").append(tag).append('>');
  }

  private void table(Block.Table table) {
    if (!table.caption().isEmpty()) {
      out.append("<div class=\"caption\">").append(escape(table.caption())).append("</div>");
    }
    boolean small = table.rows().size() <= 6;
    out.append(small ? "<table class=\"small\"><thead><tr>" : "<table><thead><tr>");
    for (int i = 0; i < table.header().size(); i++) {
      out.append("<th style=\"width:%d%%\">".formatted(table.widths().get(i)));
      out.append(escape(table.header().get(i))).append("</th>");
    }
    out.append("</tr></thead><tbody>");
    for (List<String> row : table.rows()) {
      out.append("<tr>");
      row.forEach(cell -> out.append("<td>").append(breakable(escape(cell))).append("</td>"));
      out.append("</tr>");
    }
    out.append("</tbody></table>");
    if (table.leftOut() > 0) {
      out.append("<p>and %d more rows</p>".formatted(table.leftOut()));
    }
  }

  /** Long paths break behind their slashes. */
  private static String breakable(String escaped) {
    return escaped.replace("/", "/<wbr/>");
  }

  private void figure(Block.Figure figure) {
    Optional<Drawing> drawing = Drawings.of(figure);
    out.append("<div class=\"figure\">");
    if (drawing.isPresent()) {
      Drawing it = drawing.get();
      double scale = Math.min(1, Math.min(640.0 / it.width(), 800.0 / it.height()));
      out.append("<img alt=\"").append(escape(figure.caption())).append("\" style=\"width:");
      out.append("%dpx\" src=\"data:image/png;base64,".formatted((int) (it.width() * scale)));
      out.append(Base64.getEncoder().encodeToString(it.png())).append("\"/>");
    } else {
      out.append("<pre>").append(escape(figure.diagram())).append("</pre>");
    }
    out.append("<div class=\"caption\">").append(escape(figure.caption())).append("</div></div>");
  }

  private void end() {
    if (!paper.remark().isEmpty()) {
      out.append("<p class=\"end\">").append(escape(paper.remark())).append("</p>");
    }
    if (unknown > 0) {
      out.append(
          "<p class=\"end\">The fonts of this file do not have %d of its letters; "
              .formatted(unknown));
      out.append(
          "%s stands for each. The DOCX and Markdown files have them.</p>"
              .formatted(PdfFonts.UNKNOWN));
    }
  }

  private String escape(String text) {
    StringBuilder escaped = new StringBuilder(text.length() + 16);
    text.codePoints()
        .forEach(
            c -> {
              switch (c) {
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                case '&' -> escaped.append("&amp;");
                case '"' -> escaped.append("&quot;");
                case '\'' -> escaped.append("&#39;");
                case 0x200B, 0x200C, 0x200D -> escaped.appendCodePoint(c);
                default -> letter(escaped, c);
              }
            });
    return escaped.toString();
  }

  private void letter(StringBuilder escaped, int c) {
    if (drawable.test(c)) {
      escaped.appendCodePoint(c);
    } else {
      unknown++;
      escaped.append(PdfFonts.UNKNOWN);
    }
  }
}
