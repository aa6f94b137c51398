package ai.bharatbuild.agents.documents.facts;

import static org.assertj.core.api.Assertions.assertThat;

import ai.bharatbuild.agents.documents.Samples;
import ai.bharatbuild.agents.documents.facts.Drift.Kind;
import ai.bharatbuild.agents.documents.facts.Requirement.Result;
import ai.bharatbuild.agents.plan.PlanJson;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FactsTest {
  private static List<SourceFile> without(String path) {
    return Samples.FILES.stream().filter(it -> !it.path().equals(path)).toList();
  }

  private static List<SourceFile> with(SourceFile file) {
    List<SourceFile> files = new ArrayList<>(without(file.path()));
    files.add(file);
    return files;
  }

  private static Requirement of(Facts facts, String key) {
    return facts.requirements().stream()
        .filter(it -> it.key().equals(key))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void requirementsAreTracedToFilesTestsAndResults() {
    Facts facts = Samples.whole();

    assertThat(facts.requirements())
        .extracting(Requirement::id)
        .containsExactly(
            "REQ-001", "REQ-002", "REQ-003", "REQ-004", "REQ-005", "REQ-006", "REQ-007");
    Requirement store = of(facts, "task:T1");
    assertThat(store.files()).containsExactly("src/store.js", "test/store.test.js");
    assertThat(store.tests()).containsExactly("test/store.test.js");
    assertThat(store.result()).isEqualTo(Result.MET);
    // A test of the server is there because it depends on it; the page has none.
    assertThat(of(facts, "task:T2").tests()).containsExactly("test/server.test.js");
    assertThat(of(facts, "task:T3").result()).isEqualTo(Result.NO_TEST);
    assertThat(of(facts, "probe").result()).isEqualTo(Result.MET);
    assertThat(of(facts, "command:test").tests()).hasSize(2);
    assertThat(facts.drift()).isEmpty();
    assertThat(facts.verified()).isTrue();
  }

  @Test
  void aMissingFileIsDriftAndItsRequirementIsNotMet() {
    List<SourceFile> files = without("src/store.js");
    Facts facts = Facts.of(Samples.given(files, Samples.verification(files)));

    assertThat(facts.drift())
        .extracting(Drift::kind)
        .containsExactly(Kind.PLANNED_FILE_MISSING, Kind.REQUIREMENT_FILE_MISSING);
    assertThat(facts.drift().getLast().text())
        .isEqualTo("REQ-001 names src/store.js, which does not exist.");
    assertThat(of(facts, "task:T1").result()).isEqualTo(Result.FAILED);
  }

  @Test
  void aFileThatNobodyPlannedIsDrift() {
    List<SourceFile> files = with(Samples.file("src/extra.js", 10, 1));
    files.add(Samples.file("package-lock.json", 10, 1));
    Facts facts = Facts.of(Samples.given(files, Samples.verification(files)));

    assertThat(facts.drift()).extracting(Drift::subject).containsExactly("src/extra.js");
  }

  @Test
  void evidenceOfOtherFilesIsStale() {
    Verification before = Samples.verification(Samples.FILES);
    List<SourceFile> changed = with(new SourceFile("src/store.js", 1500, 52, "other"));
    Facts facts = Facts.of(Samples.given(changed, before));

    assertThat(facts.stale()).isTrue();
    assertThat(facts.verified()).isFalse();
    assertThat(facts.drift()).extracting(Drift::kind).containsExactly(Kind.EVIDENCE_STALE);
    assertThat(of(facts, "task:T1").result()).isEqualTo(Result.STALE);
    assertThat(facts.count(Result.MET)).isZero();
  }

  @Test
  void withoutEvidenceNothingIsMet() {
    Facts facts = Facts.of(Samples.given(Samples.FILES, null));

    assertThat(facts.requirements()).allMatch(it -> it.result() == Result.UNKNOWN);
    assertThat(facts.verified()).isFalse();
  }

  @Test
  void aFailedTestFailsWhatItTests() {
    Verification failed =
        new Verification(
            List.of(new Verification.Command("test", "npm test", 1, 2, 11, 1)),
            null,
            null,
            false,
            Facts.digest(Samples.FILES),
            Samples.AT);
    Facts facts = Facts.of(Samples.given(Samples.FILES, failed));

    assertThat(of(facts, "task:T1").result()).isEqualTo(Result.FAILED);
    assertThat(of(facts, "command:install").result()).isEqualTo(Result.UNKNOWN);
  }

  @Test
  void idsStayWithTheirTasksAndAreNeverUsedAgain() {
    Facts before = Samples.whole();
    String plan =
        Samples.PLAN
            .replace(
                "{ \"id\": \"T1\", ",
                "{ \"id\": \"T0\", \"title\": \"Begin\" }, { \"id\": \"T1\", ")
            .replaceFirst("\\{ \"id\": \"T3\"[^}]*}", "{ \"id\": \"T4\", \"title\": \"Print\" }")
            .replace("\"task\": \"T3\"", "\"task\": \"T4\"");
    Given again =
        new Given(
            Samples.project(),
            PlanJson.read(plan, Set.of("node")),
            null,
            Samples.FILES,
            null,
            before.ids(),
            Samples.AT);
    Facts after = Facts.of(again);

    assertThat(of(after, "task:T1").id()).isEqualTo("REQ-001");
    assertThat(of(after, "task:T0").id()).isEqualTo("REQ-008");
    assertThat(of(after, "task:T4").id()).isEqualTo("REQ-009");
    assertThat(after.drift()).extracting(Drift::kind).containsExactly(Kind.REQUIREMENT_RETIRED);
    assertThat(after.drift().getFirst().subject()).isEqualTo("REQ-003");
    assertThat(after.ids()).containsEntry("task:T3", "REQ-003");
  }

  @Test
  void withoutAPlanTheDescriptionIsWhatMustBe() {
    ProjectFacts project =
        new ProjectFacts(
            "Shop",
            "Sell tea. Keep stock in src/stock.py!\n- और हिसाब रखो।",
            null,
            null,
            null,
            null,
            null,
            List.of());
    Facts facts = Facts.of(new Given(project, null, null, List.of(), null, Map.of(), Samples.AT));

    assertThat(facts.requirements())
        .extracting(Requirement::statement)
        .containsExactly("Sell tea.", "Keep stock in src/stock.py!", "और हिसाब रखो।");
    assertThat(facts.drift())
        .extracting(Drift::kind)
        .containsExactly(Kind.PLAN_MISSING, Kind.REQUIREMENT_FILE_MISSING);
    assertThat(facts.drift().getLast().text()).contains("src/stock.py");
  }

  @Test
  void textsLoseWhatNoDocumentCanHold() {
    assertThat(Texts.clean("a\0b\u202Egpj.exe\u0007\uD800\uFFFEz\r\nnext", 100))
        .isEqualTo("a bgpj.exe \uFFFD\uFFFDz\nnext");
    assertThat(Texts.clean("x".repeat(50), 10)).isEqualTo("x".repeat(9) + "…");
    assertThat(Texts.clean("x".repeat(10), 10)).isEqualTo("x".repeat(10));
    assertThat(Texts.line("  a \n\t b ", 10)).isEqualTo("a b");
  }
}
