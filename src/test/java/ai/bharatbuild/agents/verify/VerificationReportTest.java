package ai.bharatbuild.agents.verify;

import static org.assertj.core.api.Assertions.assertThat;

import ai.bharatbuild.agents.plan.Plan;
import ai.bharatbuild.agents.verify.Evidence.Step;
import ai.bharatbuild.agents.verify.Evidence.TestCounts;
import java.time.Instant;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class VerificationReportTest {
  private static final Plan PLAN =
      new Plan(
          "A [shop](http://x)",
          "",
          "node",
          List.of(),
          List.of(),
          new Plan.Commands("npm install", null, "npm test | tee `log`", null),
          null);

  private static Evidence evidence(boolean verified, String output) {
    Step step =
        new Step(
            "test", "npm test", "e", verified, 0, "exited", 1234, new TestCounts(3, 0, 1), output);
    return new Evidence(
        verified,
        Instant.EPOCH,
        "sha256:1",
        "ab",
        List.of("package-lock.json"),
        List.of(step),
        null);
  }

  @Test
  void saysWhatWasCheckedAndWhatWasNot() {
    String text = VerificationReport.markdown(evidence(true, "fine"), PLAN, null);

    assertThat(text)
        .contains(
            "**Verified**",
            "| install | `npm install` | not run |",
            "3 passed, 0 failed, 1 skipped")
        .contains("1.2 s", "1 tests were skipped", "no command to build", "names none")
        .contains("- `package-lock.json`", "# Verification of A \\[shop\\](http://x)")
        .contains("`` npm test \\| tee `log` ``");
    assertThat(VerificationReport.markdown(evidence(true, "fine"), PLAN, null)).isEqualTo(text);
  }

  @Test
  void claimsNoCountsThatItDoesNotHave() {
    Step step = new Step("test", "sh run.sh", "e", true, 0, "exited", 10, null, "fine");
    Evidence uncounted =
        new Evidence(true, Instant.EPOCH, null, "ab", List.of(), List.of(step), null);

    assertThat(VerificationReport.markdown(uncounted, PLAN, null))
        .contains("succeeded. How many tests ran is not known.", "not counted", "does not tell");
    assertThat(VerificationReport.markdown(evidence(true, ""), PLAN, null))
        .doesNotContain("is not known");
  }

  @Test
  void saysWhyItIsNotVerified() {
    Diagnosis wrong =
        new Diagnosis(FailureKind.TEST, "test", "s", "1 of *2* tests failed", "", List.of());

    assertThat(VerificationReport.markdown(evidence(false, ""), PLAN, wrong))
        .contains(
            "**Not verified.** 1 of \\*2\\* tests failed",
            "| kind | test |",
            "Nothing was printed.")
        .doesNotContain("**Verified**");
  }

  @Provide
  Arbitrary<String> outputs() {
    return Arbitraries.of("`", "``", "```", "````", "~~~", "\n", "# **Verified**", " ", "a")
        .list()
        .ofMaxSize(30)
        .map(parts -> String.join("", parts));
  }

  @Property
  void nothingThatIsPrintedEndsItsFence(@ForAll("outputs") String output) {
    String fenced = VerificationReport.fenced(output);
    String fence = fenced.substring(0, fenced.indexOf("text\n"));

    assertThat(fence).matches("`{3,}");
    assertThat(output.lines()).noneMatch(line -> line.strip().startsWith(fence));
  }
}
