package ai.bharatbuild.agents.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.bharatbuild.agents.plan.Plan.PlannedFile;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlanTest {
  private static final Set<String> STACKS = Set.of("node", "python");
  private static final String GOOD =
      """
      {
        "format": 1,
        "name": "todo",
        "summary": "A list of things to do — नमस्ते",
        "stack": "node",
        "tasks": [
          { "id": "T1", "title": "Types" },
          { "id": "T2", "title": "Server", "depends_on": ["T1"] }
        ],
        "files": [
          { "path": "src/server.js", "purpose": "serves", "task": "T2", "depends_on": ["src/types.js", "src/store.js"] },
          { "path": "src/store.js", "purpose": "keeps", "depends_on": ["src/types.js"], "exports": ["add", "all"] },
          { "path": "src/types.js", "purpose": "types", "task": "T1" },
          { "path": "README.md", "purpose": "says" }
        ],
        "commands": { "install": "npm ci", "test": "npm test", "run": "node src/server.js" },
        "probe": { "port": 3000, "path": "/api/todos?all=1" }
      }
      """;

  private static String faults(String json) {
    try {
      PlanJson.read(json, STACKS);
    } catch (InvalidPlanException e) {
      return e.getMessage();
    }
    throw new AssertionError("it was taken");
  }

  @Test
  void aPlanHasOneForm() {
    Plan plan = PlanJson.read(GOOD, STACKS);

    String written = PlanJson.write(plan);
    assertThat(PlanJson.read(written, STACKS)).isEqualTo(plan);
    assertThat(PlanJson.write(PlanJson.read(written, STACKS))).isEqualTo(written);
    assertThat(written)
        .startsWith("{\n  \"format\" : 1,\n  \"name\" : \"todo\",")
        .endsWith("}\n")
        .contains("नमस्ते")
        .doesNotContain("\r");
    assertThat(plan.probe().status()).isEqualTo(200);
    assertThat(plan.commands().build()).isNull();
  }

  @Test
  void filesComeInWavesByWhatTheyNeed() {
    List<List<String>> waves =
        PlanJson.read(GOOD, STACKS).waves().stream()
            .map(wave -> wave.stream().map(PlannedFile::path).toList())
            .toList();

    assertThat(waves)
        .containsExactly(
            List.of("src/types.js", "README.md"),
            List.of("src/store.js"),
            List.of("src/server.js"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"name\": \"todo\" | \"name\": \"\" | /name: it must be a text",
        "\"summary\": | \"sumary\": | /sumary: there is no such member",
        "\"stack\": \"node\" | \"stack\": \"cobol\" | /stack: it must be one of [node, python]",
        "\"id\": \"T2\" | \"id\": \"T1\" | /tasks/1/id: T1 is there twice",
        "[\"T1\"] | [\"T9\"] | /tasks/1/depends_on/0: there is no task T9",
        "[\"T1\"] | [\"T2\"] | /tasks/1/depends_on/0: T2 cannot depend on itself",
        "\"task\": \"T2\" | \"task\": \"T7\" | /files/0/task: there is no task T7",
        "\"path\": \"README.md\" | \"path\": \"../x\" | /files/3/path: ",
        "\"path\": \"README.md\" | \"path\": \"/etc/passwd\" | /files/3/path: The path is absolute",
        "\"path\": \"README.md\" | \"path\": \"plan.json\" | /files/3/path: plan.json is written"
            + " by",
        "\"path\": \"README.md\" | \"path\": \"src\" | src is a file of the plan, not a directory",
        "\"path\": \"README.md\" | \"path\": \"src/store.js\" | /files/3/path: src/store.js is"
            + " there twice",
        "\"port\": 3000 | \"port\": 80 | /probe/port: it must be a whole number from 1024 to 65535",
        "\"port\": 3000 | \"port\": \"3000\" | /probe/port: it must be a whole number",
        "/api/todos?all=1 | api/todos | /probe/path: it must begin with a slash",
        "\"test\": \"npm test\", | | /commands/test: it is missing",
        "\"npm test\" | \"npm test; true\" | /commands/test: it runs no tests that could make it",
        "\"npm ci\" | \"npm ci\\nrm -rf /\" | /commands/install: it must be one line",
        ", \"run\": \"node src/server.js\" | | /commands/run: it is missing, though there is a"
            + " probe",
        "\"format\": 1 | \"format\": 2 | /format: only format 1 is known",
      })
  void whatIsWrongIsToldWithItsPlace(String good, String bad, String told) {
    assertThat(GOOD).contains(good);
    assertThat(faults(GOOD.replace(good, bad == null ? "" : bad))).contains(told);
  }

  @Test
  void filesThatNeedEachOtherAreNamed() {
    String circle =
        GOOD.replace(
            "\"purpose\": \"types\",",
            "\"purpose\": \"types\", \"depends_on\": [\"src/server.js\"],");

    assertThat(faults(circle))
        .contains("depend on each other: src/server.js → src/types.js → src/server.js");
  }

  @Test
  void allFaultsAreToldAtOnce() {
    assertThatThrownBy(
            () ->
                PlanJson.read(
                    GOOD.replace("\"node\"", "\"x\"").replace("3000", "3000.5").replace("T2", ""),
                    STACKS))
        .isInstanceOfSatisfying(
            InvalidPlanException.class, e -> assertThat(e.faults()).hasSizeGreaterThan(1));
  }

  @Test
  void whatRunsMustBeProvenAndWhatDoesNotNeedNot() {
    String library =
        GOOD.replace(", \"run\": \"node src/server.js\"", "")
            .replace(",\n  \"probe\": { \"port\": 3000, \"path\": \"/api/todos?all=1\" }", "");

    assertThat(PlanJson.read(library, STACKS).probe()).isNull();
    assertThat(
            faults(
                GOOD.replace(
                    "\"probe\": { \"port\": 3000, \"path\": \"/api/todos?all=1\" }",
                    "\"probe\": null")))
        .contains("/probe: it is missing");
  }

  @Test
  void textThatIsNoPlanIsSaidToBeNone() {
    assertThat(faults("{\"name\": ")).contains("not JSON", "line 1");
    assertThat(faults("[]")).contains("must be an object");
    assertThat(faults("{}")).contains("/tasks: it must be a list", "/name: it is missing");
    assertThat(faults("x".repeat(2_000_000))).contains("long");
    assertThat(faults("{\"tasks\": [7], \"files\": [null], \"commands\": []}"))
        .contains("/tasks/0: it must be an object", "/files/0: it must be an object");
  }

  @Test
  void aLongChainOfFilesIsOrdered() {
    List<PlannedFile> files = new ArrayList<>();
    for (int i = 399; i >= 0; i--) {
      files.add(
          new PlannedFile(
              "f" + i, "p", null, i == 0 ? List.of() : List.of("f" + (i - 1)), List.of()));
    }
    Plan plan =
        new Plan(
            "n",
            "s",
            "node",
            List.of(new Plan.Task("t", "t", List.of())),
            files,
            new Plan.Commands(null, null, "npm test", null),
            null);

    assertThat(PlanJson.read(PlanJson.write(plan), STACKS).waves()).hasSize(400);
  }
}
