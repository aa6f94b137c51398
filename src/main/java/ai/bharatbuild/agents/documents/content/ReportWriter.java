package ai.bharatbuild.agents.documents.content;

import ai.bharatbuild.agents.documents.facts.Facts;
import ai.bharatbuild.agents.documents.facts.ProjectFacts;
import ai.bharatbuild.agents.documents.facts.Requirement.Kind;
import ai.bharatbuild.agents.documents.facts.Requirement.Result;
import ai.bharatbuild.agents.documents.paper.Paper;
import ai.bharatbuild.agents.documents.paper.PaperBuilder;
import ai.bharatbuild.agents.plan.Plan.PlannedFile;
import ai.bharatbuild.agents.plan.Plan.Task;
import java.util.ArrayList;
import java.util.List;

/** The project report, with the chapters of a college's report. As long as the facts are. */
public final class ReportWriter {
  private final Facts facts;
  private final ProjectFacts project;
  private final PaperBuilder out = new PaperBuilder();

  private ReportWriter(Facts facts) {
    this.facts = facts;
    this.project = facts.project();
  }

  public static Paper write(Facts facts) {
    ReportWriter writer = new ReportWriter(facts);
    writer.out.title(1, "Abstract").prose(facts.summary()).text(Parts.sizes(facts));
    writer.out.text(Parts.results(facts));
    Parts.standing(writer.out, facts);
    writer.introduction();
    writer.analysis();
    writer.design();
    writer.implementation();
    writer.testing();
    writer.conclusion();
    writer.appendices();
    return writer.out.build("Project report", Parts.name(facts), facts.at());
  }

  private void introduction() {
    out.heading(1, "Introduction").heading(2, "Background");
    out.prose(Parts.or(project.description(), facts.summary()));
    out.heading(2, "Setting")
        .table(
            "Setting",
            List.of("What", "Said"),
            List.of(30, 70),
            List.of(
                List.of("Domain", Parts.or(project.domain(), "–")),
                List.of("Industry", Parts.or(project.industry(), "–")),
                List.of("Users", Parts.or(project.market(), "–")),
                List.of("Deployment", Parts.or(project.deployment(), "–"))))
        .heading(2, "Objectives")
        .items(IdeaWriter.functions(facts, 100));
  }

  private void analysis() {
    out.heading(1, "Requirements analysis").heading(2, "Functional requirements");
    Parts.requirements(out, "Functional requirements", Parts.of(facts, Kind.FUNCTION));
    out.figure(Diagrams.useCases(facts, Diagrams.PAGE)).heading(2, "Interfaces and qualities");
    Parts.requirements(
        out,
        "Interfaces and qualities",
        facts.requirements().stream().filter(it -> it.kind() != Kind.FUNCTION).toList());
    out.heading(2, "Tools and technologies")
        .text("The project is made with %s.".formatted(Parts.stack(facts)))
        .table(
            "Languages by lines",
            List.of("Language", "Lines"),
            List.of(60, 40),
            facts.languages().stream()
                .map(it -> List.of(it.getKey(), it.getValue().toString()))
                .toList());
  }

  private void design() {
    out.heading(1, "Design")
        .heading(2, "Architecture")
        .prose(Parts.layout(facts))
        .figure(Diagrams.components(facts, Diagrams.PAGE))
        .heading(2, "Modules")
        .figure(Diagrams.modules(facts, Diagrams.PAGE));
    Parts.files(out, facts);
  }

  private void implementation() {
    out.heading(1, "Implementation");
    if (facts.plan() == null) {
      out.text("There is no plan that tells how the work was divided.");
      return;
    }
    for (Task task : facts.plan().tasks()) {
      out.heading(2, task.title());
      if (!task.dependsOn().isEmpty()) {
        out.text("It stands on: " + String.join(", ", task.dependsOn()) + ".");
      }
      List<String> files = new ArrayList<>();
      for (PlannedFile file : facts.plan().files()) {
        if (task.id().equals(file.task())) {
          files.add(described(file));
        }
      }
      if (files.isEmpty()) {
        out.text("No file of the plan belongs to it.");
      }
      out.items(files);
    }
    if (!Parts.commands(facts).isEmpty()) {
      out.heading(2, "Building and running")
          .table(
              "Commands", List.of("Name", "Command line"), List.of(20, 80), Parts.commands(facts));
    }
  }

  private String described(PlannedFile file) {
    int lines =
        facts.files().stream()
            .filter(it -> it.path().equals(file.path()))
            .mapToInt(it -> it.lines())
            .findFirst()
            .orElse(-1);
    return "%s (%s): %s%s"
        .formatted(
            file.path(),
            lines < 0 ? "missing" : Parts.count(lines, "line", "lines"),
            file.purpose(),
            file.exports().isEmpty() ? "" : ". Exports " + String.join(", ", file.exports()));
  }

  private void testing() {
    out.heading(1, "Testing").heading(2, "Tests");
    List<String> tests =
        facts.tests().stream()
            .map(it -> "%s (%s)".formatted(it.path(), Parts.count(it.lines(), "line", "lines")))
            .toList();
    if (tests.isEmpty()) {
      out.text("The project has no tests.");
    }
    out.items(tests).heading(2, "Verification").figure(Diagrams.verification(facts));
    Parts.evidence(out, facts);
  }

  private void conclusion() {
    out.heading(1, "Conclusion").text(Parts.results(facts)).text(Parts.standing(facts));
    List<String> open =
        facts.requirements().stream()
            .filter(it -> it.result() != Result.MET)
            .map(it -> "%s %s: %s".formatted(it.id(), it.statement(), it.result().text()))
            .toList();
    if (!open.isEmpty()) {
      out.heading(2, "What is open").items(open);
    }
  }

  private void appendices() {
    out.appendix("Traceability");
    Parts.trace(out, facts);
    out.appendix("Drift");
    Parts.drift(out, facts);
  }
}
