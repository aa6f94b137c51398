package ai.bharatbuild.agents.documents.content;

import ai.bharatbuild.agents.documents.facts.Drift;
import ai.bharatbuild.agents.documents.facts.Facts;
import ai.bharatbuild.agents.documents.facts.Requirement;
import ai.bharatbuild.agents.documents.facts.Requirement.Kind;
import ai.bharatbuild.agents.documents.facts.Requirement.Result;
import ai.bharatbuild.agents.documents.facts.Texts;
import ai.bharatbuild.agents.documents.paper.Block.Figure;
import ai.bharatbuild.agents.documents.paper.Block.Table;
import ai.bharatbuild.agents.documents.paper.Paper;
import ai.bharatbuild.agents.documents.paper.PaperBuilder;
import ai.bharatbuild.agents.documents.paper.Slide;
import java.util.ArrayList;
import java.util.List;

/** The presentation. What is too much for one slide goes on on the next, within bounds. */
public final class DeckWriter {
  private static final int POINTS = 6;
  private static final int ROWS = 7;
  private static final int MOST_OF_ONE = 4;
  private static final int POINT = 150;

  private final Facts facts;
  private final List<Slide> slides = new ArrayList<>();

  private DeckWriter(Facts facts) {
    this.facts = facts;
  }

  public static Paper write(Facts facts) {
    DeckWriter deck = new DeckWriter(facts);
    deck.beginning();
    deck.design();
    deck.end();
    return new Paper("Presentation", Parts.name(facts), facts.at(), List.of(), deck.slides, "");
  }

  private void beginning() {
    points("What it is", sentences(facts.summary()), Parts.sizes(facts));
    List<String> setting = new ArrayList<>();
    said(setting, "For", facts.project().market());
    said(setting, "Domain", facts.project().domain());
    said(setting, "Industry", facts.project().industry());
    said(setting, "Deployment", facts.project().deployment());
    setting.add("Made with: " + Parts.stack(facts));
    points("Setting", setting, "");
    points("What it does", IdeaWriter.functions(facts, POINTS * MOST_OF_ONE), Parts.results(facts));
    figure("Use cases", Diagrams.useCases(facts, Diagrams.SLIDE));
  }

  private static void said(List<String> points, String what, String text) {
    if (!text.isEmpty()) {
      points.add(what + ": " + text);
    }
  }

  private void design() {
    figure("Architecture", Diagrams.components(facts, Diagrams.SLIDE));
    figure("Modules", Diagrams.modules(facts, Diagrams.SLIDE));
    points(
        "Size",
        facts.languages().stream()
            .map(it -> it.getKey() + ": " + Parts.count(it.getValue(), "line", "lines"))
            .limit(POINTS)
            .toList(),
        Parts.sizes(facts));
    table(
        "How it is built and run",
        List.of("Step", "Command"),
        List.of(25, 75),
        Parts.commands(facts));
  }

  private void end() {
    figure("How it is verified", Diagrams.verification(facts));
    table(
        "Requirements and results",
        List.of("Id", "Requirement", "Tests", "Result"),
        List.of(14, 52, 10, 24),
        facts.requirements().stream().map(DeckWriter::row).toList());
    List<String> standing = new ArrayList<>(List.of(Parts.standing(facts), Parts.results(facts)));
    facts.requirements().stream()
        .filter(it -> it.result() == Result.FAILED)
        .limit(3)
        .forEach(it -> standing.add("Failed: %s %s".formatted(it.id(), it.statement())));
    points("Where it stands", standing, "");
    points("Drift", facts.drift().stream().map(Drift::text).limit(POINTS * 2).toList(), "");
    points(
        "What is open",
        facts.requirements().stream()
            .filter(it -> it.result() != Result.MET && it.kind() == Kind.FUNCTION)
            .map(it -> "%s: %s".formatted(it.id(), it.result().text()))
            .limit(POINTS)
            .toList(),
        "");
  }

  private static List<String> row(Requirement it) {
    return List.of(
        it.id(),
        Texts.line(it.statement(), 90),
        it.tests().isEmpty() ? "–" : Integer.toString(it.tests().size()),
        it.result().text());
  }

  private static List<String> sentences(String text) {
    return List.of(text.split("(?<=[.!?।])\\s+|\\n+"));
  }

  /** None where there are no points. */
  private void points(String title, List<String> points, String notes) {
    List<String> shown =
        points.stream().map(it -> Texts.line(it, POINT)).filter(it -> !it.isEmpty()).toList();
    int parts = Math.min(MOST_OF_ONE, (shown.size() + POINTS - 1) / POINTS);
    for (int part = 0; part < parts; part++) {
      List<String> some = shown.subList(part * POINTS, Math.min(shown.size(), (part + 1) * POINTS));
      slides.add(Slide.points(numbered(title, part, parts), some, notes));
    }
  }

  private void table(
      String title, List<String> header, List<Integer> widths, List<List<String>> rows) {
    int parts = Math.min(MOST_OF_ONE, (rows.size() + ROWS - 1) / ROWS);
    for (int part = 0; part < parts; part++) {
      boolean last = part == MOST_OF_ONE - 1;
      List<List<String>> some =
          rows.subList(part * ROWS, last ? rows.size() : Math.min(rows.size(), (part + 1) * ROWS));
      List<List<String>> cut =
          some.stream()
              .map(row -> row.stream().map(cell -> Texts.line(cell, 110)).toList())
              .toList();
      Table table = PaperBuilder.table("", header, widths, cut, ROWS);
      slides.add(Slide.table(numbered(title, part, parts), table, ""));
    }
  }

  private void figure(String title, Figure figure) {
    if (figure != null) {
      slides.add(Slide.figure(title, figure, figure.caption()));
    }
  }

  private static String numbered(String title, int part, int parts) {
    return parts == 1 ? title : "%s (%d of %d)".formatted(title, part + 1, parts);
  }
}
