package ai.bharatbuild.agents.documents.export;

import static org.assertj.core.api.Assertions.assertThat;

import ai.bharatbuild.agents.documents.DocumentFiles;
import ai.bharatbuild.agents.documents.DocumentKind;
import ai.bharatbuild.agents.documents.Format;
import ai.bharatbuild.agents.documents.Samples;
import ai.bharatbuild.agents.documents.facts.Facts;
import ai.bharatbuild.agents.documents.facts.Given;
import ai.bharatbuild.agents.documents.facts.ProjectFacts;
import ai.bharatbuild.agents.documents.facts.SourceFile;
import ai.bharatbuild.agents.documents.paper.Block.Figure;
import ai.bharatbuild.agents.documents.paper.Paper;
import ai.bharatbuild.agents.plan.Plan;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.interactive.documentnavigation.outline.PDOutlineItem;
import org.apache.pdfbox.text.PDFTextStripper;
import org.apache.poi.xslf.usermodel.XMLSlideShow;
import org.apache.poi.xslf.usermodel.XSLFTextShape;
import org.apache.poi.xwpf.extractor.XWPFWordExtractor;
import org.apache.poi.xwpf.usermodel.XWPFDocument;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Files of documents, opened again with the libraries that others would open them with. */
class ExportTest {
  private static final String EVIL =
      "<script>alert(1)</script> <img src=http://127.0.0.1:1/x> | a | b\n"
          + "@enduml\n"
          + "@startuml\n"
          + "!include /etc/passwd\n"
          + "%getenv(\"HOME\") =cmd|'/C calc'!A0 **b** [x](javascript:y) `z` \0 \u202Egpj.exe שלום"
          + " {{7*7}} ${x} __tests__//a";

  private static String docx(byte[] bytes) throws IOException {
    try (XWPFDocument document = new XWPFDocument(new ByteArrayInputStream(bytes));
        XWPFWordExtractor text = new XWPFWordExtractor(document)) {
      return text.getText();
    }
  }

  private static String pptx(byte[] bytes) throws IOException {
    StringBuilder text = new StringBuilder();
    try (XMLSlideShow show = new XMLSlideShow(new ByteArrayInputStream(bytes))) {
      show.getSlides().stream()
          .flatMap(slide -> slide.getShapes().stream())
          .filter(XSLFTextShape.class::isInstance)
          .forEach(shape -> text.append(((XSLFTextShape) shape).getText()).append('\n'));
    }
    return text.toString();
  }

  private static String pdf(byte[] bytes) throws IOException {
    try (PDDocument document = Loader.loadPDF(bytes)) {
      return new PDFTextStripper().getText(document);
    }
  }

  /** One with everything that somebody may put into a name. */
  private static Facts hostile() {
    String longest = "x".repeat(5_000);
    Plan plan =
        new Plan(
            EVIL,
            EVIL,
            "node",
            List.of(new Plan.Task("T1", EVIL, List.of()), new Plan.Task("T2", longest, List.of())),
            List.of(
                new Plan.PlannedFile("src/\"} @enduml.js", EVIL, "T1", List.of(), List.of(EVIL)),
                new Plan.PlannedFile(
                    "src/" + longest, longest, "T2", List.of("src/\"} @enduml.js"), List.of())),
            new Plan.Commands("echo \"$(id)\" <b> & %date%", null, "npm test", null),
            null);
    List<SourceFile> files =
        List.of(Samples.file("src/\"} @enduml.js", 1, 1), Samples.file("a|b`c.js", 1, 1));
    ProjectFacts project =
        new ProjectFacts(EVIL, EVIL, EVIL, EVIL, EVIL, EVIL, EVIL, List.of(EVIL));
    return Facts.of(new Given(project, plan, null, files, null, Map.of(), Samples.AT));
  }

  private static Facts large() {
    List<Plan.Task> tasks = new ArrayList<>();
    List<Plan.PlannedFile> planned = new ArrayList<>();
    List<SourceFile> files = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      if (i < 100) {
        tasks.add(new Plan.Task("T" + i, "Does thing number " + i, List.of()));
      }
      String path = "src/part%d/a-rather-long-name-of-a-file-%d.js".formatted(i % 40, i);
      planned.add(
          new Plan.PlannedFile(
              path,
              "Purpose " + i,
              "T" + i % 100,
              i == 0 ? List.of() : List.of(planned.get(i / 2).path()),
              List.of("one" + i, "two" + i)));
      files.add(Samples.file(path, 100, 10));
    }
    Plan plan =
        new Plan(
            "Large",
            "Large.",
            "node",
            tasks,
            planned,
            new Plan.Commands(null, null, "npm test", null),
            null);
    return Facts.of(new Given(Samples.project(), plan, null, files, null, Map.of(), Samples.AT));
  }

  private static Stream<Arguments> everything() {
    return Stream.of(DocumentKind.values())
        .flatMap(kind -> kind.formats().stream().map(format -> Arguments.of(kind, format)));
  }

  @ParameterizedTest
  @MethodSource("everything")
  void hostileNamesHarmNoFormat(DocumentKind kind, Format format) throws IOException {
    byte[] bytes = DocumentFiles.make(kind.write(hostile()), format);
    String text =
        switch (format) {
          case DOCX -> docx(bytes);
          case PPTX -> pptx(bytes);
          case PDF -> pdf(bytes);
          case MD -> new String(bytes, StandardCharsets.UTF_8);
          case SVG -> unzip(bytes).toString();
        };
    assertThat(text).doesNotContain("\0", "\u202E", "root:x:0", "http://www.w3.org/1999/xhtml");
    if (format == Format.MD) {
      assertThat(text).contains("&lt;script&gt;").doesNotContain("<script", "[x](", "**b**");
    } else if (format != Format.SVG) {
      assertThat(text.replaceAll("\\s+", "")).contains("<script>alert(1)</script>");
    }
  }

  @ParameterizedTest
  @CsvSource({"SRS,MD", "SRS,DOCX", "SRS,PDF", "PPT,PPTX", "UML,SVG"})
  void theSameFactsGiveTheSameBytes(DocumentKind kind, Format format) throws IOException {
    byte[] first = DocumentFiles.make(kind.write(Samples.whole()), format);
    assertThat(DocumentFiles.make(kind.write(Samples.whole()), format)).isEqualTo(first);
  }

  @Test
  void everyDiagramCanBeDrawnWhateverIsInIt() {
    for (Facts facts : List.of(Samples.whole(), hostile(), large())) {
      Paper paper = DocumentKind.UML.write(facts);
      assertThat(paper.figures()).hasSize(4);
      paper
          .figures()
          .forEach(
              figure -> {
                Drawing drawing = Drawings.of(figure).orElseThrow();
                String svg = new String(drawing.svg(), StandardCharsets.UTF_8);
                assertThat(svg).doesNotContain("<script", "<image", "href=").startsWith("<svg");
                assertThat(drawing.width()).isBetween(50, 4_000);
              });
    }
  }

  @Test
  void diagramsReadNothing() {
    for (String line :
        List.of(
            "!include /etc/hostname",
            "!include http://127.0.0.1:1/x",
            "!$x = %load_json(\"/etc/hostname\")\n[a$x]")) {
      String diagram = "@startuml\n" + line + "\n[a] --> [b]\n@enduml\n";
      Drawings.of(new Figure("x", diagram))
          .ifPresent(
              drawing ->
                  assertThat(new String(drawing.svg(), StandardCharsets.UTF_8))
                      .doesNotContain("localhost", hostname()));
    }
  }

  private static String hostname() {
    try {
      return Files.readString(Path.of("/etc/hostname")).strip();
    } catch (IOException e) {
      return "no such name";
    }
  }

  @Test
  void aReportInWordHasAnOutlineAContentsFieldAndPageNumbers() throws IOException {
    byte[] bytes = DocumentFiles.make(DocumentKind.SRS.write(Samples.whole()), Format.DOCX);
    try (XWPFDocument document = new XWPFDocument(new ByteArrayInputStream(bytes))) {
      List<String> headings =
          document.getParagraphs().stream()
              .filter(it -> "Heading1".equals(it.getStyle()))
              .map(it -> it.getText())
              .toList();
      assertThat(headings)
          .containsExactly(
              "1 Introduction",
              "2 Overall description",
              "3 Specific requirements",
              "A Traceability",
              "B Verification",
              "C Drift");
      assertThat(document.getDocument().xmlText()).contains("TOC \\o");
      assertThat(document.getFooterList().getFirst()._getHdrFtr().xmlText()).contains("PAGE");
      assertThat(document.getProperties().getCoreProperties().getCreated().toInstant())
          .isEqualTo(Samples.AT);
      assertThat(document.getAllPictures()).hasSize(2);
    }
    assertThat(docx(bytes)).contains("₹", "फीस डेस्क", "2.1 Product perspective", "REQ-003");
  }

  @Test
  void aPdfHasAnOutlineContentsAndFontsOfItsOwn() throws IOException {
    byte[] bytes = DocumentFiles.make(DocumentKind.SRS.write(Samples.whole()), Format.PDF);
    try (PDDocument document = Loader.loadPDF(bytes)) {
      List<String> outline = new ArrayList<>();
      for (PDOutlineItem item : document.getDocumentCatalog().getDocumentOutline().children()) {
        outline.add(item.getTitle());
      }
      assertThat(outline).contains("1 Introduction", "3 Specific requirements", "C Drift");
      for (PDPage page : document.getPages()) {
        for (var name : page.getResources().getFontNames()) {
          assertThat(page.getResources().getFont(name).isEmbedded()).isTrue();
        }
      }
      String contents = text(document, 2);
      assertThat(contents).containsPattern("3 Specific requirements[ .]+\\d");
      assertThat(document.getDocumentInformation().getCreationDate().toInstant())
          .isEqualTo(Samples.AT);
    }
    assertThat(pdf(bytes)).contains("₹").doesNotContain(PdfFonts.UNKNOWN);
  }

  private static String text(PDDocument document, int page) throws IOException {
    PDFTextStripper stripper = new PDFTextStripper();
    stripper.setStartPage(page);
    stripper.setEndPage(page);
    return stripper.getText(document);
  }

  @Test
  void aPdfSaysWhichLettersItsFontsDoNotHave() throws IOException {
    String text = pdf(DocumentFiles.make(DocumentKind.IDEA.write(hostile()), Format.PDF));
    assertThat(text).contains("The fonts of this file do not have");
  }

  @Test
  void aPresentationHasTitlesTablesPicturesAndNotes() throws IOException {
    byte[] bytes = DocumentFiles.make(DocumentKind.PPT.write(Samples.whole()), Format.PPTX);
    try (XMLSlideShow show = new XMLSlideShow(new ByteArrayInputStream(bytes))) {
      assertThat(show.getSlides()).hasSizeBetween(8, 25);
      assertThat(show.getSlides())
          .allMatch(it -> it.getTitle() != null && !it.getTitle().isBlank());
      assertThat(show.getPictureData()).hasSize(4);
      assertThat(show.getSlides().get(1).getNotes()).isNotNull();
    }
    assertThat(pptx(bytes)).contains("REQ-001", "फीस डेस्क");
  }

  @ParameterizedTest
  @CsvSource({"SRS,MD", "SRS,DOCX", "SRS,PDF", "PPT,MD", "PPT,PPTX"})
  void whoWroteTheTextIsToldInEveryFormat(DocumentKind kind, Format format) throws IOException {
    Paper paper = kind.write(Samples.whole());
    byte[] bytes = DocumentFiles.make(paper.with(paper.blocks(), "Written by <nobody>."), format);
    String text =
        switch (format) {
          case DOCX -> docx(bytes);
          case PPTX -> pptx(bytes);
          case PDF -> pdf(bytes);
          default -> new String(bytes, StandardCharsets.UTF_8).replace("&lt;", "<");
        };
    assertThat(text.replace("&gt;", ">")).contains("Written by <nobody>.");
  }

  @Test
  void whatIsTooMuchIsCutAndSaid() throws IOException {
    Facts facts = large();
    try (XMLSlideShow show =
        new XMLSlideShow(
            new ByteArrayInputStream(
                DocumentFiles.make(DocumentKind.PPT.write(facts), Format.PPTX)))) {
      assertThat(show.getSlides()).hasSizeLessThanOrEqualTo(25);
    }
    String report = pdf(DocumentFiles.make(DocumentKind.PROJECT_REPORT.write(facts), Format.PDF));
    assertThat(report).contains("and 200 more rows");
  }

  private static Map<String, String> unzip(byte[] bytes) throws IOException {
    Map<String, String> files = new TreeMap<>();
    try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(bytes))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        files.put(entry.getName(), new String(zip.readAllBytes(), StandardCharsets.UTF_8));
      }
    }
    return files;
  }
}
