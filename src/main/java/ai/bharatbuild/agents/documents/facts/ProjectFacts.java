package ai.bharatbuild.agents.documents.facts;

import java.util.List;

/**
 * What the owner said of a project.
 *
 * @param description what it is to do, in the owner's words; may be empty, as may all that follows
 * @param stack names of languages, frameworks and tools
 */
public record ProjectFacts(
    String name,
    String description,
    String domain,
    String framework,
    String deployment,
    String industry,
    String market,
    List<String> stack) {
  public ProjectFacts {
    name = Texts.line(name, 200);
    name = name.isEmpty() ? "Untitled project" : name;
    description = text(description, 20_000);
    domain = line(domain);
    framework = line(framework);
    deployment = line(deployment);
    industry = line(industry);
    market = line(market);
    stack = stack.stream().limit(30).map(it -> Texts.line(it, 60)).toList();
  }

  private static String line(String given) {
    return given == null ? "" : Texts.line(given, 200);
  }

  private static String text(String given, int most) {
    return given == null ? "" : Texts.clean(given.strip(), most);
  }
}
