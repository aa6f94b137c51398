package ai.bharatbuild.agents.documents.content;

import ai.bharatbuild.agents.documents.facts.Facts;
import ai.bharatbuild.agents.documents.paper.Paper;
import ai.bharatbuild.agents.documents.paper.PaperBuilder;
import ai.bharatbuild.agents.plan.Plan.PlannedFile;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The software design description, with the viewpoints of IEEE Std 1016-2009. */
public final class SdsWriter {
  private final Facts facts;
  private final PaperBuilder out = new PaperBuilder();

  private SdsWriter(Facts facts) {
    this.facts = facts;
  }

  public static Paper write(Facts facts) {
    SdsWriter writer = new SdsWriter(facts);
    writer.introduction();
    writer.views();
    writer.end();
    return writer.out.build("Software design description", Parts.name(facts), facts.at());
  }

  private void introduction() {
    out.heading(1, "Introduction")
        .heading(2, "Purpose")
        .text(
            "This document describes how %s is made, for those who change it."
                .formatted(Parts.name(facts)))
        .heading(2, "Scope")
        .prose(facts.summary())
        .heading(2, "Context")
        .text("It is made with %s. %s".formatted(Parts.stack(facts), Parts.sizes(facts)))
        .heading(2, "References")
        .items(
            List.of(
                "IEEE Std 1016-2009, Standard for Information Technology: Software Design"
                    + " Descriptions",
                "The software requirements specification, whose ids this document uses"))
        .heading(1, "Stakeholders and design concerns")
        .table(
            "Concerns",
            List.of("Who", "What they need to know", "Where"),
            List.of(22, 50, 28),
            List.of(
                List.of("Developers", "Which file does what, and depends on what", "3.2 to 3.5"),
                List.of(
                    "Testers", "What is run, and which tests belong to what", "3.6, Appendix A"),
                List.of("Operators", "How it is started and what it listens on", "3.5, 3.7")));
  }

  private void views() {
    out.heading(1, "Design views")
        .heading(2, "Context viewpoint")
        .figure(Diagrams.useCases(facts, Diagrams.PAGE))
        .text("Who uses it: " + Parts.or(facts.project().market(), Parts.UNSTATED))
        .heading(2, "Composition viewpoint")
        .prose(Parts.layout(facts))
        .figure(Diagrams.components(facts, Diagrams.PAGE));
    directories();
    Parts.files(out, facts);
    out.heading(2, "Logical viewpoint");
    exports();
    out.heading(2, "Dependency viewpoint");
    dependencies();
    out.heading(2, "Interface viewpoint");
    interfaces();
    out.heading(2, "Interaction viewpoint")
        .text("How the parts work together when the project is verified:")
        .figure(Diagrams.verification(facts))
        .heading(2, "Resource viewpoint");
    if (facts.plan() != null && facts.plan().probe() != null) {
      out.text("It takes port %d.".formatted(facts.plan().probe().port()));
    } else {
      out.text(Parts.UNSTATED);
    }
  }

  private void directories() {
    Map<String, long[]> sizes = new TreeMap<>();
    facts
        .files()
        .forEach(
            file -> {
              long[] size = sizes.computeIfAbsent(Parts.directory(file.path()), k -> new long[2]);
              size[0]++;
              size[1] += file.lines();
            });
    out.table(
        "Directories",
        List.of("Directory", "Files", "Lines"),
        List.of(60, 20, 20),
        sizes.entrySet().stream()
            .map(it -> List.of(it.getKey(), "" + it.getValue()[0], "" + it.getValue()[1]))
            .toList());
  }

  private void exports() {
    List<List<String>> rows =
        planned().stream()
            .filter(it -> !it.exports().isEmpty())
            .map(it -> List.of(it.path(), String.join(", ", it.exports()), it.purpose()))
            .toList();
    if (rows.isEmpty()) {
      out.text("The plan names nothing that files offer each other.");
    }
    out.table(
        "What files offer to others",
        List.of("File", "Exports", "Purpose"),
        List.of(32, 34, 34),
        rows);
  }

  private void dependencies() {
    List<List<String>> rows =
        planned().stream()
            .filter(it -> !it.dependsOn().isEmpty())
            .map(it -> List.of(it.path(), String.join(", ", it.dependsOn())))
            .toList();
    out.figure(Diagrams.modules(facts, Diagrams.PAGE));
    if (rows.isEmpty()) {
      out.text("The plan names no dependencies between files.");
      return;
    }
    out.table("Dependencies", List.of("File", "Depends on"), List.of(40, 60), rows);
    List<String> waves = new ArrayList<>();
    facts
        .plan()
        .waves()
        .forEach(
            wave -> waves.add(String.join(", ", wave.stream().map(PlannedFile::path).toList())));
    out.text("Files in the order in which they can be written; those of a line independently:")
        .steps(waves);
  }

  private void interfaces() {
    List<List<String>> commands = Parts.commands(facts);
    if (commands.isEmpty()) {
      out.text(Parts.UNSTATED);
      return;
    }
    out.table("Commands", List.of("Name", "Command line"), List.of(20, 80), commands);
    if (facts.plan().probe() != null) {
      out.text(
          "When it runs, a GET of %s on port %d is answered with status %d."
              .formatted(
                  facts.plan().probe().path(),
                  facts.plan().probe().port(),
                  facts.plan().probe().status()));
    }
  }

  private List<PlannedFile> planned() {
    return facts.plan() == null ? List.of() : facts.plan().files();
  }

  private void end() {
    out.heading(1, "Design rationale").text(Parts.UNSTATED).appendix("Traceability");
    Parts.trace(out, facts);
    out.appendix("Drift");
    Parts.drift(out, facts);
  }
}
