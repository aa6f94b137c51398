package ai.bharatbuild.agents.verify;

import static org.assertj.core.api.Assertions.assertThat;

import ai.bharatbuild.agents.author.MemoryWorkspace;
import ai.bharatbuild.agents.author.TestScope;
import ai.bharatbuild.agents.work.Repair;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RepairsTest {
  private final Map<String, String> project = new HashMap<>();

  private final Rule.Files files =
      new Rule.Files() {
        @Override
        public Set<String> paths() {
          return project.keySet();
        }

        @Override
        public Optional<String> text(String path) {
          return Optional.ofNullable(project.get(path));
        }
      };

  private Optional<RuleRepair> find(String step, String output) {
    Diagnosis wrong = DiagnosesTest.diagnose(step, output, 1);
    Optional<RuleRepair> repair = Repairs.find(wrong, files);
    repair.ifPresent(
        found -> {
          assertThat(found.signature()).isEqualTo(wrong.signature());
          assertThat(found.reason()).endsWith(".");
          found.edits().forEach((path, text) -> assertThat(text).isNotEqualTo(project.get(path)));
          project.putAll(found.edits());
          // What is there already is never proposed again.
          assertThat(Repairs.find(wrong, files)).isEmpty();
        });
    return repair;
  }

  private static String importOf(String name) {
    return "Error [ERR_MODULE_NOT_FOUND]: Cannot find package '"
        + name
        + "' imported from /workspace/src/main.js\n    at x (file:///workspace/src/main.js:1:1)";
  }

  @Test
  void namesAWellKnownPackageThatIsImported() {
    project.put(
        "package.json",
        "{\n  \"name\": \"a\",\n  \"dependencies\": {\n    \"zod\": \"^3\"\n  }\n}\n");

    assertThat(find("run", importOf("express"))).isPresent();

    assertThat(project.get("package.json"))
        .isEqualTo(
            "{\n  \"name\": \"a\",\n  \"dependencies\": {\n    \"express\": \"latest\",\n"
                + "    \"zod\": \"^3\"\n  }\n}\n");
  }

  @Test
  void aFileThatTheUserChangedMeanwhileStaysAndIsTriedAgain() {
    TestScope scope = new TestScope();
    MemoryWorkspace workspace = scope.workspace.with("package.json", "{}");
    Diagnosis wrong = DiagnosesTest.diagnose("run", importOf("express"), 1);
    RuleRepair rule = Repairs.find(wrong, workspace, List.of()).orElseThrow();
    workspace.with("package.json", "{\"name\":\"mine\"}");

    Repair late = rule.apply(scope);

    assertThat(late.changed()).isEmpty();
    assertThat(late.summary()).contains("Somebody changed", "package.json");
    assertThat(workspace.text("package.json")).isEqualTo("{\"name\":\"mine\"}");

    Repair again = Repairs.find(wrong, workspace, List.of(late)).orElseThrow().apply(scope);

    assertThat(again.changed()).containsExactly("package.json");
    assertThat(workspace.text("package.json")).contains("mine", "express");
    assertThat(Repairs.find(wrong, workspace, List.of(late, again))).isEmpty();
  }

  @Test
  void putsToolsWithTheToolsOfTheNearestPackage() {
    project.put("package.json", "{}");
    project.put("src/package.json", "{}");

    assertThat(find("test", importOf("@testing-library/react/pure"))).isPresent();

    assertThat(project.get("src/package.json"))
        .contains("\"devDependencies\": {\n    \"@testing-library/react\": \"latest\"");
    assertThat(project.get("package.json")).isEqualTo("{}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"left-padding", "./express", "@evil/react", "expres"})
  void trustsNoNameThatAnybodyMayHaveTaken(String name) {
    project.put("package.json", "{}");

    assertThat(find("run", importOf(name))).isEmpty();
  }

  @Test
  void takesNoDirectoryOfTheProjectForAPackage() {
    project.put("package.json", "{}");
    project.put("express/other.js", "");

    assertThat(find("run", "Error: Cannot find module '/workspace/express/app.js'")).isEmpty();
  }

  @Test
  void addsTypesThatTheCompilerAsksFor() {
    project.put("package.json", "{\"dependencies\":{\"express\":\"5\"}}");

    Optional<RuleRepair> repair =
        find(
            "build",
            "src/a.ts(1,1): error TS7016: Could not find a declaration file for module 'express'.");

    assertThat(repair).isPresent();
    assertThat(project.get("package.json")).contains("\"@types/express\": \"latest\"");
  }

  @Test
  void removesAPartOfNodeFromThePackages() {
    project.put("package.json", "{\"dependencies\":{\"worker_threads\":\"^1\",\"zod\":\"^3\"}}");

    find("install", Samples.of("npm-404").replace("left-paddingx-nope", "worker_threads"));

    assertThat(project.get("package.json")).contains("zod").doesNotContain("worker_threads");
    project.put("package.json", "{\"dependencies\":{\"left-paddingx-nope\":\"^1\"}}");
    assertThat(find("install", Samples.of("npm-404"))).isEmpty();
  }

  @Test
  void addsAScriptOnlyWhereTheToolsLeaveNoDoubt() {
    project.put("package.json", "{\"devDependencies\":{\"vite\":\"^8\"}}");

    assertThat(find("build", Samples.of("npm-script"))).isPresent();

    assertThat(project.get("package.json")).contains("\"build\": \"vite build\"");
    project.put("package.json", "{\"devDependencies\":{\"webpack\":\"^5\"}}");
    assertThat(find("build", Samples.of("npm-script"))).isEmpty();
  }

  @Test
  void saysWhichKindOfModulesThereAre() {
    String failure = Samples.of("node-import").replace("rt/import.cjs", "src/main.js");
    project.put("package.json", "{\"name\":\"a\"}");
    project.put("src/main.js", "import fs from 'fs';\n");

    assertThat(find("run", failure)).isPresent();
    assertThat(project.get("package.json")).contains("\"type\": \"module\"");

    project.put("package.json", "{\"name\":\"a\"}");
    project.put("src/old.js", "const fs = require('fs');\n");
    assertThat(find("run", failure)).isEmpty();
  }

  @Test
  void takesTheKindAwayWhereAllRequire() {
    project.put("package.json", "{\"type\":\"module\"}");
    project.put("rt/require.js", "const fs = require('fs');\n");

    assertThat(find("run", Samples.of("node-require"))).isPresent();
    assertThat(project.get("package.json")).doesNotContain("module");

    project.put("package.json", "{\"type\":\"module\"}");
    project.put("vite.config.js", "import x from 'vite';\nexport default {};\n");
    assertThat(find("run", Samples.of("node-require"))).isEmpty();
  }

  @Test
  void namesAWellKnownModuleOfPython() {
    project.put("requirements.txt", "Flask>=2");
    String failure = Samples.of("python-missing");

    assertThat(find("run", failure)).isEmpty();
    assertThat(find("run", failure.replace("falsk", "yaml"))).isPresent();
    assertThat(project.get("requirements.txt")).isEqualTo("Flask>=2\nPyYAML\n");
    assertThat(find("run", failure.replace("falsk", "flask"))).isEmpty();

    project.put("redis/__init__.py", "");
    assertThat(find("run", failure.replace("falsk", "redis"))).isEmpty();
  }

  @Test
  void expandsTabsWhereOneWidthMakesSense() {
    project.put("tabs.py", "def f():\n    if True:\n        a = 1\n\tb = 2\n    return a\n");
    // As two spaces it fits nothing; as four and as eight it does, with different meanings.
    assertThat(find("run", Samples.of("python-tabs"))).isEmpty();

    project.put("tabs.py", "def f():\n    a = 1\n\tb = 2\n    return a\n");
    assertThat(find("run", Samples.of("python-tabs"))).isPresent();
    assertThat(project.get("tabs.py")).isEqualTo("def f():\n    a = 1\n    b = 2\n    return a\n");
  }

  @Test
  void declaresTheModuleOfGo() {
    project.put("main.go", "package main\n\nimport (\n\t\"fmt\"\n\t\"shop/price\"\n)\n");
    project.put("price/price.go", "package price\n");

    assertThat(find("build", Samples.of("go-nomod"))).isPresent();
    assertThat(project.get("go.mod")).startsWith("module shop\n");

    project.remove("go.mod");
    project.put("web.go", "package main\n\nimport \"github.com/gorilla/mux\"\n");
    assertThat(find("build", Samples.of("go-nomod"))).isEmpty();
  }

  @Test
  void removesImportsThatNothingUses() {
    project.put(
        "none/main.go",
        "package main\n\nimport (\n\t\"fmt\"\n\t\"os\"\n)\n\nfunc main() { fmt.Println(\"x\") }\n");

    assertThat(find("build", Samples.of("go-unused"))).isPresent();

    assertThat(project.get("none/main.go")).contains("\"fmt\"").doesNotContain("\"os\"");
  }

  @Test
  void endsLinesOfScriptsAsShellsNeedIt() {
    project.put("run.sh", "#!/bin/sh\r\necho hi\r\n");
    project.put("notes.sh", "echo\r\n");

    assertThat(find("test", "env: 'sh\\r': No such file or directory")).isPresent();

    assertThat(project.get("run.sh")).isEqualTo("#!/bin/sh\necho hi\n");
    assertThat(project.get("notes.sh")).contains("\r");
  }

  @Test
  void listensOnThePlannedPort() {
    Evidence.ProbeResult probe = new Evidence.ProbeResult(3000, "/", 200, null, null, 9);
    Evidence.Step seen =
        new Evidence.Step("run", "npm start", "e", false, null, "serving", 9, null, "");
    Diagnosis wrong =
        Diagnoses.of(
            new Failure("probe", seen, "Ready on http://localhost:3001/", probe, Set.of()));
    project.put("server.js", "app.listen(process.env.PORT || 3001);\n");
    project.put("test/server.test.js", "fetch('http://localhost:3001');\n");

    RuleRepair repair = Repairs.find(wrong, files).orElseThrow();

    assertThat(repair.edits()).containsOnlyKeys("server.js");
    assertThat(repair.edits().get("server.js")).contains("|| 3000)");
    project.put("other.js", "const also = 3001;\n");
    assertThat(Repairs.find(wrong, files)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"tsc-type", "vitest-fail", "pytest-fail", "maven-type", "cargo-type"})
  void leavesToModelsWhatNoRuleIsCertainOf(String sample) {
    project.put("package.json", "{}");
    project.put("requirements.txt", "");

    assertThat(find("build", Samples.of(sample))).isEmpty();
  }
}
