package ai.bharatbuild.agents.documents.content;

import ai.bharatbuild.agents.documents.facts.Facts;
import ai.bharatbuild.agents.documents.facts.ProjectFacts;
import ai.bharatbuild.agents.documents.facts.Requirement;
import ai.bharatbuild.agents.documents.facts.Requirement.Kind;
import ai.bharatbuild.agents.documents.facts.Requirement.Result;
import ai.bharatbuild.agents.documents.paper.Paper;
import ai.bharatbuild.agents.documents.paper.PaperBuilder;
import ai.bharatbuild.agents.plan.Plan.Task;
import java.util.List;

/** The product requirements document. */
public final class PrdWriter {
  private PrdWriter() {}

  public static Paper write(Facts facts) {
    ProjectFacts project = facts.project();
    PaperBuilder out = new PaperBuilder();
    out.heading(1, "Summary").prose(facts.summary());
    Parts.standing(out, facts);
    out.heading(1, "Users and market");
    Parts.said(out, project.market());
    if (!project.industry().isEmpty() || !project.domain().isEmpty()) {
      out.text(
          "Domain: %s. Industry: %s."
              .formatted(Parts.or(project.domain(), "–"), Parts.or(project.industry(), "–")));
    }
    out.heading(1, "Features")
        .text(
            "A feature is done when its result is “met”: its files are there and its tests"
                + " passed.");
    Parts.requirements(out, "Features", Parts.of(facts, Kind.FUNCTION));
    out.heading(1, "Interfaces and qualities");
    List<Requirement> rest =
        facts.requirements().stream().filter(it -> it.kind() != Kind.FUNCTION).toList();
    if (rest.isEmpty()) {
      out.text(Parts.UNSTATED);
    }
    Parts.requirements(out, "Interfaces and qualities", rest);
    out.heading(1, "Order of work");
    order(out, facts);
    out.heading(1, "Acceptance").text(Parts.results(facts));
    open(out, facts);
    out.heading(1, "Drift");
    Parts.drift(out, facts);
    return out.build("Product requirements", Parts.name(facts), facts.at());
  }

  private static void order(PaperBuilder out, Facts facts) {
    if (facts.plan() == null) {
      out.text("There is no plan, so there is no order of work.");
      return;
    }
    out.table(
        "Tasks of the plan",
        List.of("Task", "Title", "After"),
        List.of(16, 60, 24),
        facts.plan().tasks().stream().map(PrdWriter::row).toList());
  }

  private static List<String> row(Task task) {
    return List.of(
        task.id(),
        task.title(),
        task.dependsOn().isEmpty() ? "–" : String.join(", ", task.dependsOn()));
  }

  private static void open(PaperBuilder out, Facts facts) {
    List<String> open =
        facts.requirements().stream()
            .filter(it -> it.result() != Result.MET)
            .map(it -> "%s: %s".formatted(it.id(), it.result().text()))
            .toList();
    if (open.isEmpty()) {
      out.text("Nothing is open.");
    } else {
      out.text("Open:").items(open);
    }
  }
}
