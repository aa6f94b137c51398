package ai.bharatbuild.agents.documents.content;

import static ai.bharatbuild.agents.documents.content.DiagramText.quoted;
import static ai.bharatbuild.agents.documents.content.DiagramText.wrapped;

import ai.bharatbuild.agents.documents.facts.Facts;
import ai.bharatbuild.agents.documents.facts.Requirement;
import ai.bharatbuild.agents.documents.facts.Requirement.Kind;
import ai.bharatbuild.agents.documents.facts.SourceFile;
import ai.bharatbuild.agents.documents.paper.Block.Figure;
import ai.bharatbuild.agents.plan.Plan.PlannedFile;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Draws facts. Each method gives null where the facts have nothing to draw. */
final class Diagrams {
  /** How many boxes can be read on a page, and on a slide. */
  static final int PAGE = 14;

  static final int SLIDE = 7;
  private static final int MOST_EXPORTS = 6;
  private static final String HEAD =
      """
      @startuml
      !pragma layout smetana
      skinparam shadowing false
      skinparam defaultFontSize 13
      skinparam componentStyle rectangle
      skinparam ArrowColor #44546a
      skinparam componentBackgroundColor #eef3fa
      skinparam componentBorderColor #44546a
      skinparam classBackgroundColor #eef3fa
      skinparam classBorderColor #44546a
      skinparam usecaseBackgroundColor #eef3fa
      skinparam usecaseBorderColor #44546a
      skinparam participantBackgroundColor #eef3fa
      skinparam participantBorderColor #44546a
      skinparam classAttributeIconSize 0
      hide empty members
      hide circle
      """;

  private Diagrams() {}

  /** Directories as components, with the dependencies of their files put together. */
  static Figure components(Facts facts, int most) {
    Map<String, Integer> sizes = new TreeMap<>();
    facts.files().stream()
        .map(SourceFile::path)
        .forEach(path -> sizes.merge(Parts.directory(path), 1, Integer::sum));
    if (sizes.isEmpty()) {
      return null;
    }
    List<String> names = sizes.keySet().stream().limit(most).toList();
    StringBuilder out = new StringBuilder(HEAD).append("hide stereotype\n");
    for (int i = 0; i < names.size(); i++) {
      int files = sizes.get(names.get(i));
      out.append("component ")
          .append(quoted(names.get(i), 60).replaceFirst("\"$", ""))
          .append("\\n%d %s\" as d%d%n".formatted(files, files == 1 ? "file" : "files", i));
    }
    Set<String> arrows = new LinkedHashSet<>();
    if (facts.plan() != null) {
      for (PlannedFile file : facts.plan().files()) {
        int from = names.indexOf(Parts.directory(file.path()));
        for (String needed : file.dependsOn()) {
          int to = names.indexOf(Parts.directory(needed));
          if (from >= 0 && to >= 0 && from != to) {
            arrows.add("d%d --> d%d%n".formatted(from, to));
          }
        }
      }
    }
    arrows.forEach(out::append);
    return figure("Components: directories and what they depend on" + cut(most, sizes.size()), out);
  }

  /** Files with what they export, and the files that they depend on. */
  static Figure modules(Facts facts, int most) {
    if (facts.plan() == null) {
      return null;
    }
    Set<String> needed = new LinkedHashSet<>();
    facts.plan().files().forEach(file -> needed.addAll(file.dependsOn()));
    List<PlannedFile> all =
        facts.plan().files().stream()
            .filter(
                file ->
                    !file.dependsOn().isEmpty()
                        || !file.exports().isEmpty()
                        || needed.contains(file.path()))
            .toList();
    if (all.isEmpty()) {
      return null;
    }
    List<PlannedFile> shown = all.stream().limit(most).toList();
    Map<String, Integer> numbers = new HashMap<>();
    StringBuilder out = new StringBuilder(HEAD);
    for (PlannedFile file : shown) {
      int number = numbers.size();
      numbers.put(file.path(), number);
      out.append("class ").append(quoted(file.path(), 60)).append(" as f" + number + " {\n");
      file.exports().stream()
          .limit(MOST_EXPORTS)
          .forEach(name -> out.append("  + ").append(DiagramText.escaped(name, 40)).append('\n'));
      out.append("}\n");
    }
    for (PlannedFile file : shown) {
      file.dependsOn().stream()
          .filter(numbers::containsKey)
          .map(path -> "f%d ..> f%d%n".formatted(numbers.get(file.path()), numbers.get(path)))
          .forEach(out::append);
    }
    return figure(
        "Modules: files, what they export and what they depend on" + cut(most, all.size()), out);
  }

  /** What somebody can do with the project: its functions. */
  static Figure useCases(Facts facts, int most) {
    List<Requirement> all = Parts.of(facts, Kind.FUNCTION);
    if (all.isEmpty()) {
      return null;
    }
    List<Requirement> functions = all.stream().limit(most).toList();
    StringBuilder out = new StringBuilder(HEAD).append("left to right direction\n");
    out.append("actor User as u\nrectangle ").append(quoted(Parts.name(facts), 60)).append(" {\n");
    for (int i = 0; i < functions.size(); i++) {
      Requirement function = functions.get(i);
      String label = wrapped(function.id() + " " + function.statement(), 34);
      out.append("usecase ").append(label).append(" as c" + i + "\n");
    }
    out.append("}\n");
    for (int i = 0; i < functions.size(); i++) {
      out.append("u --> c" + i + "\n");
    }
    return figure("Use cases: one for each function" + cut(most, all.size()), out);
  }

  /** How the project is verified: as it was, or as the plan says that it will be. */
  static Figure verification(Facts facts) {
    List<VerifyStep> steps = VerifyStep.of(facts);
    if (steps.isEmpty()) {
      return null;
    }
    StringBuilder out = new StringBuilder(HEAD);
    out.append("participant Verifier as v\nparticipant Sandbox as s\nparticipant Project as p\n");
    for (VerifyStep step : steps) {
      if (step.probe()) {
        out.append("v -> p : ").append(DiagramText.escaped(step.asks(), 80)).append('\n');
        out.append("p --> v : ").append(DiagramText.escaped(step.answer(), 60)).append('\n');
      } else {
        out.append("v -> s : ").append(DiagramText.escaped(step.asks(), 80)).append('\n');
        out.append("s -> p : runs\n");
        out.append("s --> v : ").append(DiagramText.escaped(step.answer(), 60)).append('\n');
      }
    }
    return figure(
        facts.verification() == null
            ? "Sequence of a verification, as planned"
            : "Sequence of the last verification",
        out);
  }

  private static String cut(int most, int of) {
    return of <= most ? "" : " (%d of %d)".formatted(most, of);
  }

  private static Figure figure(String caption, StringBuilder diagram) {
    return new Figure(caption, diagram.append("@enduml\n").toString());
  }
}
