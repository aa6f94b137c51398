package ai.bharatbuild.agents.documents.content;

import ai.bharatbuild.agents.documents.facts.Facts;
import ai.bharatbuild.agents.documents.facts.ProjectFacts;
import ai.bharatbuild.agents.documents.facts.Requirement;
import ai.bharatbuild.agents.documents.facts.Requirement.Kind;
import ai.bharatbuild.agents.documents.paper.Paper;
import ai.bharatbuild.agents.documents.paper.PaperBuilder;
import java.util.ArrayList;
import java.util.List;

/** The software requirements specification, with the sections of IEEE Std 830-1998. */
public final class SrsWriter {
  private final Facts facts;
  private final ProjectFacts project;
  private final PaperBuilder out = new PaperBuilder();

  private SrsWriter(Facts facts) {
    this.facts = facts;
    this.project = facts.project();
  }

  public static Paper write(Facts facts) {
    SrsWriter writer = new SrsWriter(facts);
    writer.introduction();
    writer.overall();
    writer.specific();
    writer.appendices();
    return writer.out.build("Software requirements specification", Parts.name(facts), facts.at());
  }

  private void introduction() {
    out.heading(1, "Introduction")
        .heading(2, "Purpose")
        .text(
            "This document says what %s must do, for those who build, test and accept it. Each"
                    .formatted(Parts.name(facts))
                + " requirement has an id that its files, tests and results are traced to.")
        .heading(2, "Scope")
        .prose(facts.summary())
        .heading(2, "Definitions, acronyms and abbreviations")
        .table(
            "Terms",
            List.of("Term", "Meaning"),
            List.of(25, 75),
            List.of(
                List.of("Requirement", "Something the project must do; its id is REQ and a number"),
                List.of("Evidence", "What was run to verify the project, and how that ended"),
                List.of("Probe", "A request that shows that the running program answers"),
                List.of("Drift", "A place where plan, files, requirements and evidence disagree")))
        .heading(2, "References")
        .items(
            List.of(
                "IEEE Std 830-1998, Recommended Practice for Software Requirements Specifications",
                facts.plan() == null
                    ? "The description of the project"
                    : "plan.json, the plan of the project"))
        .heading(2, "Overview")
        .text(
            "Section 2 describes the product as a whole, section 3 its requirements one by one."
                + " The appendices trace them and list where plan and project disagree.");
  }

  private void overall() {
    out.heading(1, "Overall description")
        .heading(2, "Product perspective")
        .text("It is made with %s. %s".formatted(Parts.stack(facts), Parts.sizes(facts)))
        .figure(Diagrams.components(facts, Diagrams.PAGE))
        .heading(2, "Product functions")
        .items(IdeaWriter.functions(facts, 100))
        .figure(Diagrams.useCases(facts, Diagrams.PAGE))
        .heading(2, "User characteristics");
    Parts.said(out, project.market());
    out.heading(2, "Constraints").items(constraints()).heading(2, "Assumptions and dependencies");
    if (facts.plan() != null && facts.plan().commands().install() != null) {
      out.text(
          "What it depends on can be fetched when this is run: "
              + facts.plan().commands().install());
    } else {
      out.text("No command installs dependencies; what it is made with is taken to be there.");
    }
  }

  private List<String> constraints() {
    List<String> constraints = new ArrayList<>();
    constraints.add("Languages and tools: " + Parts.stack(facts));
    if (!project.deployment().isEmpty()) {
      constraints.add("Deployment: " + project.deployment());
    }
    if (facts.plan() != null && facts.plan().probe() != null) {
      constraints.add("It listens on port " + facts.plan().probe().port());
    }
    return constraints;
  }

  private void specific() {
    out.heading(1, "Specific requirements").heading(2, "External interfaces");
    List<Requirement> interfaces = Parts.of(facts, Kind.INTERFACE);
    if (interfaces.isEmpty()) {
      out.text("No interface is planned that could be asked from outside.");
    }
    each(interfaces);
    out.heading(2, "Functions");
    each(Parts.of(facts, Kind.FUNCTION));
    out.heading(2, "Performance requirements")
        .text(Parts.UNSTATED)
        .heading(2, "Logical database requirements")
        .text(Parts.UNSTATED)
        .heading(2, "Design constraints")
        .items(constraints())
        .heading(2, "Software system attributes");
    each(Parts.of(facts, Kind.QUALITY));
  }

  private void each(List<Requirement> requirements) {
    for (Requirement it : requirements) {
      out.heading(3, it.id())
          .text(it.statement() + (it.statement().matches(".*[.!?।]$") ? "" : "."))
          .table(
              "",
              List.of("Aspect", "Value"),
              List.of(20, 80),
              List.of(
                  List.of("Comes from", it.source()),
                  List.of("Files", it.files().isEmpty() ? "–" : String.join(", ", it.files())),
                  List.of("Tests", it.tests().isEmpty() ? "–" : String.join(", ", it.tests())),
                  List.of("Result", it.result().text())));
    }
  }

  private void appendices() {
    out.appendix("Traceability");
    Parts.trace(out, facts);
    out.appendix("Verification");
    Parts.evidence(out, facts);
    out.appendix("Drift");
    Parts.drift(out, facts);
  }
}
