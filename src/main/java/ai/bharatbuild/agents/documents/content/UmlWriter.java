package ai.bharatbuild.agents.documents.content;

import ai.bharatbuild.agents.documents.facts.Facts;
import ai.bharatbuild.agents.documents.paper.Block.Figure;
import ai.bharatbuild.agents.documents.paper.Paper;
import ai.bharatbuild.agents.documents.paper.PaperBuilder;

/** Diagrams of what the facts hold. */
public final class UmlWriter {
  private UmlWriter() {}

  public static Paper write(Facts facts) {
    PaperBuilder out = new PaperBuilder();
    part(out, "Use cases", Diagrams.useCases(facts, Diagrams.PAGE), "The facts name no functions.");
    part(out, "Components", Diagrams.components(facts, Diagrams.PAGE), "There are no files.");
    part(
        out,
        "Modules",
        Diagrams.modules(facts, Diagrams.PAGE),
        "No plan says which files depend on which, or what they export.");
    part(
        out,
        "Sequence of a verification",
        Diagrams.verification(facts),
        "Nothing was verified, and no plan says how it would be.");
    return out.build("UML diagrams", Parts.name(facts), facts.at());
  }

  private static void part(PaperBuilder out, String title, Figure figure, String otherwise) {
    out.heading(1, title);
    if (figure == null) {
      out.text(otherwise);
    } else {
      out.figure(figure);
    }
  }
}
