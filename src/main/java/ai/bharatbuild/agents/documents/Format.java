package ai.bharatbuild.agents.documents;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** Formats of files that documents are kept in. */
public enum Format {
  MD("text/markdown", "md"),
  DOCX("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx"),
  PDF("application/pdf", "pdf"),
  PPTX("application/vnd.openxmlformats-officedocument.presentationml.presentation", "pptx"),
  /** The diagrams of a document, each a file, in one archive. */
  SVG("application/zip", "svg.zip");

  private final String mime;
  private final String end;

  Format(String mime, String end) {
    this.mime = mime;
    this.end = end;
  }

  public String mime() {
    return mime;
  }

  /** How its files' names end, without the dot. */
  public String end() {
    return end;
  }

  /** Its name in the API. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static Optional<Format> of(String text) {
    return Arrays.stream(values()).filter(it -> it.text().equals(text)).findFirst();
  }
}
