package ai.bharatbuild.agents.documents;

import ai.bharatbuild.agents.documents.facts.Facts;
import ai.bharatbuild.agents.documents.facts.Given;
import ai.bharatbuild.agents.documents.facts.ProjectFacts;
import ai.bharatbuild.agents.documents.facts.SourceFile;
import ai.bharatbuild.agents.documents.facts.Verification;
import ai.bharatbuild.agents.plan.Plan;
import ai.bharatbuild.agents.plan.PlanJson;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Projects to write documents of. */
public final class Samples {
  public static final Instant AT = Instant.parse("2026-11-20T10:00:00Z");

  public static final String PLAN =
      """
      {
        "name": "Fee desk",
        "summary": "Keeps the fees of a coaching class: who owes what, in ₹, and who has paid.",
        "stack": "node",
        "tasks": [
          { "id": "T1", "title": "Keep students and what they owe" },
          { "id": "T2", "title": "Answer the calls of the browser", "depends_on": ["T1"] },
          { "id": "T3", "title": "Show the list and take payments", "depends_on": ["T2"] }
        ],
        "files": [
          { "path": "package.json", "purpose": "Names the commands and what is needed" },
          { "path": "src/store.js", "purpose": "Keeps students and payments in memory", "task": "T1", "exports": ["addStudent", "pay", "balance"] },
          { "path": "src/server.js", "purpose": "Answers HTTP calls", "task": "T2", "depends_on": ["src/store.js"], "exports": ["createServer"] },
          { "path": "public/index.html", "purpose": "The page", "task": "T3" },
          { "path": "public/app.js", "purpose": "Fills the page and sends payments", "task": "T3", "depends_on": ["src/server.js"] },
          { "path": "test/store.test.js", "purpose": "Tests of the store", "task": "T1", "depends_on": ["src/store.js"] },
          { "path": "test/server.test.js", "purpose": "Tests of the calls", "task": "T2", "depends_on": ["src/server.js"] }
        ],
        "commands": { "install": "npm ci", "build": "npm run build", "test": "npm test", "run": "node src/server.js" },
        "probe": { "port": 3000, "path": "/api/students" }
      }
      """;

  public static final List<SourceFile> FILES =
      List.of(
          file("package.json", 300, 14),
          file("plan.json", 1900, 60),
          file("public/app.js", 1800, 64),
          file("public/index.html", 900, 31),
          file("src/server.js", 2400, 88),
          file("src/store.js", 1500, 52),
          file("test/server.test.js", 2100, 71),
          file("test/store.test.js", 1300, 49));

  private Samples() {}

  public static SourceFile file(String path, long bytes, int lines) {
    return new SourceFile(path, bytes, lines, Integer.toHexString(path.hashCode()));
  }

  public static Plan plan() {
    return PlanJson.read(PLAN, Set.of("node"));
  }

  public static ProjectFacts project() {
    return new ProjectFacts(
        "Fee desk — फीस डेस्क",
        "A desk for the fees of a coaching class.",
        "Education",
        "Node.js",
        "One server",
        "Coaching",
        "Coaching classes in small towns",
        List.of("JavaScript", "Node.js"));
  }

  public static Verification verification(List<SourceFile> files) {
    return new Verification(
        List.of(
            new Verification.Command("install", "npm ci", 0, 4.2, null, null),
            new Verification.Command("build", "npm run build", 0, 1.1, null, null),
            new Verification.Command("test", "npm test", 0, 2.5, 12, 0)),
        new Verification.Probe(3000, "/api/students", 200, 200),
        "sha256:8f1c",
        true,
        Facts.digest(files),
        AT);
  }

  public static Given given(List<SourceFile> files, Verification verification) {
    return new Given(project(), plan(), null, files, verification, Map.of(), AT);
  }

  /** Everything there, planned and verified. */
  public static Facts whole() {
    return Facts.of(given(FILES, verification(FILES)));
  }
}
