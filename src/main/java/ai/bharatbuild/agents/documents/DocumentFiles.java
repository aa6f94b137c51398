package ai.bharatbuild.agents.documents;

import ai.bharatbuild.agents.documents.export.DocxExporter;
import ai.bharatbuild.agents.documents.export.MarkdownExporter;
import ai.bharatbuild.agents.documents.export.PdfExporter;
import ai.bharatbuild.agents.documents.export.PptxExporter;
import ai.bharatbuild.agents.documents.export.SvgArchive;
import ai.bharatbuild.agents.documents.paper.Paper;
import java.io.IOException;

/**
 * Makes files of documents. The libraries for that are large; each is loaded when a file of its
 * format is made for the first time.
 */
public final class DocumentFiles {
  private DocumentFiles() {}

  /** The bytes. Blocks for up to some seconds: not for event loops. */
  public static byte[] make(Paper paper, Format format) throws IOException {
    return switch (format) {
      case MD -> new MarkdownExporter().export(paper);
      case DOCX -> new DocxExporter().export(paper);
      case PDF -> new PdfExporter().export(paper);
      case PPTX -> new PptxExporter().export(paper);
      case SVG -> new SvgArchive().export(paper);
    };
  }
}
