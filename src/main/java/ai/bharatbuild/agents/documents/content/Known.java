package ai.bharatbuild.agents.documents.content;

import ai.bharatbuild.agents.documents.facts.Facts;
import ai.bharatbuild.agents.documents.facts.ProjectFacts;
import ai.bharatbuild.agents.documents.facts.Requirement;
import ai.bharatbuild.agents.documents.facts.SourceFile;
import ai.bharatbuild.agents.documents.facts.Texts;
import ai.bharatbuild.agents.plan.Plan;
import ai.bharatbuild.agents.plan.Plan.PlannedFile;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Facts for whoever writes prose of them. Ids, figures and results are values with names; prose
 * holds the names, and the values are filled in afterwards.
 *
 * @param words what is said of the project, without figures and results of ours; anybody's text
 * @param values by their names, such as {@code files} and {@code REQ-001}, in the order in which
 *     they are told
 * @param paths of files that are there or planned
 */
public record Known(String words, Map<String, String> values, Set<String> paths) {
  private static final int MOST_REQUIREMENTS = 60;
  private static final int MOST_FILES = 120;
  private static final int MOST_SAID = 6_000;
  private static final int LINE = 400;

  public static Known of(Facts facts) {
    Set<String> paths = new TreeSet<>();
    facts.files().forEach(it -> paths.add(it.path()));
    if (facts.plan() != null) {
      facts.plan().files().forEach(it -> paths.add(it.path()));
    }
    return new Known(words(facts), values(facts), paths);
  }

  private static Map<String, String> values(Facts facts) {
    Map<String, String> values = new LinkedHashMap<>();
    values.put("files", Parts.count(facts.files().size(), "file", "files"));
    values.put("lines", Parts.count(facts.lines(), "line", "lines"));
    values.put("test_files", Parts.count(facts.tests().size(), "test file", "test files"));
    values.put(
        "requirements", Parts.count(facts.requirements().size(), "requirement", "requirements"));
    if (facts.plan() != null && facts.plan().probe() != null) {
      values.put("port", Integer.toString(facts.plan().probe().port()));
      values.put("path", facts.plan().probe().path());
    }
    values.put("sentence_on_size", Parts.sizes(facts));
    values.put("sentence_on_results", Parts.results(facts));
    values.put("sentence_on_verification", Parts.standing(facts));
    for (Requirement it : facts.requirements()) {
      values.put(it.id(), it.id());
      values.put(it.id() + ".result", it.result().text());
    }
    return values;
  }

  private static String words(Facts facts) {
    ProjectFacts project = facts.project();
    StringBuilder out = new StringBuilder();
    line(out, "Name", project.name());
    if (facts.plan() != null) {
      line(out, "Summary of the plan", Texts.clean(facts.plan().summary(), MOST_SAID));
    }
    line(out, "The owner's words", Texts.clean(project.description(), MOST_SAID));
    line(out, "For whom", project.market());
    line(out, "Domain", project.domain());
    line(out, "Industry", project.industry());
    line(out, "Deployment", project.deployment());
    line(out, "Made with", Parts.stack(facts));
    out.append("Requirements:\n");
    facts.requirements().stream()
        .limit(MOST_REQUIREMENTS)
        .forEach(it -> line(out, "{{" + it.id() + "}}", Texts.line(it.statement(), LINE)));
    out.append("Files:\n");
    if (facts.plan() == null) {
      facts.files().stream()
          .limit(MOST_FILES)
          .map(SourceFile::path)
          .forEach(path -> out.append(path).append('\n'));
    } else {
      planned(out, facts.plan());
    }
    return out.toString();
  }

  private static void planned(StringBuilder out, Plan plan) {
    for (PlannedFile file : plan.files().stream().limit(MOST_FILES).toList()) {
      line(out, file.path(), Texts.line(file.purpose(), LINE));
      if (!file.dependsOn().isEmpty()) {
        line(out, "  it needs", Texts.line(String.join(", ", file.dependsOn()), LINE));
      }
    }
  }

  private static void line(StringBuilder out, String what, String said) {
    if (!said.isEmpty()) {
      out.append(what).append(": ").append(said).append('\n');
    }
  }
}
