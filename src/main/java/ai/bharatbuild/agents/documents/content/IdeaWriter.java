package ai.bharatbuild.agents.documents.content;

import ai.bharatbuild.agents.documents.facts.Facts;
import ai.bharatbuild.agents.documents.facts.ProjectFacts;
import ai.bharatbuild.agents.documents.facts.Requirement;
import ai.bharatbuild.agents.documents.facts.Requirement.Kind;
import ai.bharatbuild.agents.documents.paper.Paper;
import ai.bharatbuild.agents.documents.paper.PaperBuilder;
import java.util.List;

/** The idea on a page or two. */
public final class IdeaWriter {
  private IdeaWriter() {}

  public static Paper write(Facts facts) {
    ProjectFacts project = facts.project();
    PaperBuilder out = new PaperBuilder();
    out.heading(1, "The idea").prose(facts.summary());
    if (facts.plan() != null && !project.description().isEmpty()) {
      out.heading(1, "In the owner's words").text(project.description());
    }
    out.heading(1, "For whom");
    Parts.said(out, project.market());
    out.heading(1, "Where it belongs")
        .table(
            "Setting",
            List.of("What", "Said"),
            List.of(30, 70),
            List.of(
                List.of("Domain", Parts.or(project.domain(), "–")),
                List.of("Industry", Parts.or(project.industry(), "–")),
                List.of("Deployment", Parts.or(project.deployment(), "–")),
                List.of("Made with", Parts.stack(facts))));
    out.heading(1, "What it will do")
        .items(
            Parts.of(facts, Kind.FUNCTION).stream()
                .map(it -> it.id() + " " + it.statement())
                .toList());
    out.heading(1, "How far it is").text(Parts.sizes(facts)).text(Parts.results(facts));
    Parts.standing(out, facts);
    return out.build("Project idea", Parts.name(facts), facts.at());
  }

  /** Functions as sentences with their ids. */
  static List<String> functions(Facts facts, int most) {
    List<Requirement> functions = Parts.of(facts, Kind.FUNCTION);
    return functions.stream().limit(most).map(it -> it.id() + "  " + it.statement()).toList();
  }
}
