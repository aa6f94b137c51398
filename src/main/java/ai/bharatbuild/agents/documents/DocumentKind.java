package ai.bharatbuild.agents.documents;

import ai.bharatbuild.agents.documents.content.DeckWriter;
import ai.bharatbuild.agents.documents.content.IdeaWriter;
import ai.bharatbuild.agents.documents.content.PrdWriter;
import ai.bharatbuild.agents.documents.content.ReportWriter;
import ai.bharatbuild.agents.documents.content.SdsWriter;
import ai.bharatbuild.agents.documents.content.SrsWriter;
import ai.bharatbuild.agents.documents.content.UmlWriter;
import ai.bharatbuild.agents.documents.content.VivaWriter;
import ai.bharatbuild.agents.documents.facts.Facts;
import ai.bharatbuild.agents.documents.paper.Paper;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** The documents that can be written. */
public enum DocumentKind {
  IDEA("Project idea", "The idea on a page or two", IdeaWriter::write, texts()),
  PRD("Product requirements", "Features, order of work, acceptance", PrdWriter::write, texts()),
  SRS(
      "Software requirements specification",
      "Requirements with the sections of IEEE 830",
      SrsWriter::write,
      texts()),
  SDS(
      "Software design description",
      "The design with the viewpoints of IEEE 1016",
      SdsWriter::write,
      texts()),
  UML(
      "UML diagrams",
      "Use cases, components, modules and a sequence",
      UmlWriter::write,
      List.of(Format.PDF, Format.MD, Format.DOCX, Format.SVG)),
  PROJECT_REPORT(
      "Project report", "The chapters of a college's report", ReportWriter::write, texts()),
  PPT("Presentation", "Slides", DeckWriter::write, List.of(Format.PPTX, Format.MD)),
  VIVA_QA(
      "Viva questions and answers",
      "Questions of an oral examination, answered",
      VivaWriter::write,
      texts());

  /** Once a verified project has these, it is completed. */
  public static final Set<DocumentKind> COMPLETING = Set.of(PROJECT_REPORT, SRS, PPT, VIVA_QA);

  private final String title;
  private final String description;
  private final Function<Facts, Paper> writer;
  private final List<Format> formats;

  DocumentKind(
      String title, String description, Function<Facts, Paper> writer, List<Format> formats) {
    this.title = title;
    this.description = description;
    this.writer = writer;
    this.formats = formats;
  }

  private static List<Format> texts() {
    return List.of(Format.DOCX, Format.PDF, Format.MD);
  }

  public String title() {
    return title;
  }

  public String description() {
    return description;
  }

  /** The first is made where none is asked for. */
  public List<Format> formats() {
    return formats;
  }

  /** Its name in the API. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Writes it. Pure, and takes milliseconds. */
  public Paper write(Facts facts) {
    return writer.apply(facts);
  }

  public static Optional<DocumentKind> of(String text) {
    return Arrays.stream(values()).filter(it -> it.text().equals(text)).findFirst();
  }
}
