package ai.bharatbuild.agents.author;

import static ai.bharatbuild.agents.author.Samples.STACKS;
import static ai.bharatbuild.agents.author.Samples.brief;
import static ai.bharatbuild.agents.author.Samples.change;
import static ai.bharatbuild.agents.author.Samples.file;
import static ai.bharatbuild.agents.author.TestScope.call;
import static ai.bharatbuild.agents.author.TestScope.calls;
import static ai.bharatbuild.agents.author.TestScope.cut;
import static ai.bharatbuild.agents.author.TestScope.end;
import static ai.bharatbuild.agents.author.TestScope.last;
import static ai.bharatbuild.agents.author.TestScope.said;
import static ai.bharatbuild.agents.author.TestScope.stop;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ai.bharatbuild.agents.llm.Block;
import ai.bharatbuild.agents.llm.ModelAnswer;
import ai.bharatbuild.agents.llm.ModelException;
import ai.bharatbuild.agents.llm.ModelRole;
import ai.bharatbuild.agents.llm.StopReason;
import ai.bharatbuild.agents.plan.Plan;
import ai.bharatbuild.agents.plan.PlanJson;
import ai.bharatbuild.agents.work.Brief;
import ai.bharatbuild.agents.work.RunFailedException;
import ai.bharatbuild.json.Json;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlannerTest {
  private final TestScope scope = new TestScope();
  private final ModelAuthor author = new ModelAuthor("scripted", STACKS);
  private final Plan plan =
      Samples.plan(file("src/sum.js"), file("test/sum.test.js", "src/sum.js"));

  private static ModelAnswer submit(String json) {
    try {
      return calls(
          new Block.ToolUse(
              "p" + TestScope.IDS.incrementAndGet(), "submit_plan", Json.MAPPER.readTree(json)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private ModelAnswer good() {
    return submit(PlanJson.write(plan));
  }

  private ModelAnswer bad() {
    return submit(PlanJson.write(plan).replace("\"node\"", "\"cobol\""));
  }

  private RunFailedException failure(Brief brief) {
    return catchThrowableOfType(RunFailedException.class, () -> author.plan(scope, brief));
  }

  @Test
  void takesTheSubmittedPlanWithoutAskingFurther() {
    scope.answers(good());

    assertThat(author.plan(scope, brief("sums"))).isEqualTo(plan);
    assertThat(scope.stages).containsExactly("plan");
    assertThat(scope.asked.getFirst().role()).isEqualTo(ModelRole.LARGE);
    assertThat(said(scope.asked.getFirst())).contains("sums", "- node: Node.js");
  }

  @Test
  void tellsEachFaultAndTakesTheMendedPlan() {
    scope.answers(bad(), good());

    assertThat(author.plan(scope, brief("sums"))).isEqualTo(plan);
    assertThat(last(scope.asked.get(1))).contains("/stack", "node, python, static");
  }

  @Test
  void givesUpAfterThreeFaultyPlans() {
    scope.answers(bad(), bad(), bad());

    RunFailedException failed = failure(brief("sums"));

    assertThat(failed.code()).isEqualTo("plan_invalid");
    assertThat(failed).hasMessageContaining("3 tries").hasMessageContaining("/stack");
    assertThat(scope.asked).hasSize(3);
  }

  @Test
  void takesAPlanThatIsTextEvenIfItComesInTwoAnswers() {
    String json = PlanJson.write(plan);
    int middle = json.indexOf("src/sum");
    scope.answers(
        stop(StopReason.MAX_TOKENS, "Here it is:\n```json\n" + json.substring(0, middle)),
        end(json.substring(middle) + "```"));

    assertThat(author.plan(scope, brief("sums"))).isEqualTo(plan);
  }

  @Test
  void asksAgainWhereTheAnswerHasNoPlan() {
    scope.answers(end("I would use Node."), good());

    assertThat(author.plan(scope, brief("sums"))).isEqualTo(plan);
    assertThat(last(scope.asked.get(1))).contains("no plan", "submit_plan");
  }

  @Test
  void aPlanThatWasCutOffIsAskedForShorter() {
    scope.answers(cut("submit_plan", "{\"name\":\"x"), good());

    assertThat(author.plan(scope, brief("sums"))).isEqualTo(plan);
    assertThat(last(scope.asked.get(1))).contains("cut off", "fewer files");
  }

  @Test
  void aRefusalIsToldInTheModelsWords() {
    scope.answers(stop(StopReason.REFUSAL, "I cannot help with that."));

    RunFailedException failed = failure(brief("malware"));

    assertThat(failed.code()).isEqualTo("refused");
    assertThat(failed).hasMessageContaining("I cannot help with that.");
  }

  @ParameterizedTest
  @CsvSource({
    "BUDGET,budget_exhausted",
    "AUTHENTICATION,model_rejected",
    "BILLING,model_rejected",
    "INVALID_REQUEST,model_rejected",
    "RATE_LIMITED,model_unavailable",
    "OVERLOADED,model_unavailable",
    "DROPPED,model_unavailable",
    "TOO_LARGE,context_exceeded",
    "REFUSED,refused"
  })
  void eachFailureOfAModelHasACode(ModelException.Kind kind, String code) {
    scope.model =
        request -> {
          throw new ModelException(kind, "because of that");
        };

    RunFailedException failed = failure(brief("sums"));

    assertThat(failed.code()).isEqualTo(code);
    assertThat(failed).hasMessageContaining("because of that");
  }

  @Test
  void theUsersChoiceOfAStackIsNotTheModels() {
    scope.answers(submit(PlanJson.write(plan).replace("\"node\"", "\"python\"")), good());
    Brief brief = new Brief("sums", "node", false, List.of(), List.of(), List.of());

    assertThat(author.plan(scope, brief).stack()).isEqualTo("node");
    assertThat(said(scope.asked.getFirst())).contains("- node").doesNotContain("- python");
  }

  @Test
  void picturesGoAlongWhereTheModelTakesThemAndElseTheRunFails() {
    Brief brief =
        new Brief(
            "like this",
            null,
            false,
            List.of(new Brief.Picture("image/png", Buffer.buffer("png"))),
            List.of(),
            List.of());
    scope.answers(good());
    author.plan(scope, brief);
    assertThat(said(scope.asked.getFirst())).contains("(picture)");

    scope.pictures = false;
    RunFailedException failed = failure(brief);
    assertThat(failed.code()).isEqualTo("pictures_not_taken");
    assertThat(failed).hasMessageContaining("does not take pictures");
    assertThat(scope.asked).hasSize(1);
  }

  @Test
  void aChangeIsPlannedWithTheFilesThatItIsAbout() {
    for (int i = 0; i < 900; i++) {
      scope.workspace.with("a/other%03d.js".formatted(i), "export const o%d = 1;\n".formatted(i));
    }
    scope.workspace.with("z/invoice.js", "export function invoiceTotal(rows) { return 0; }\n");
    scope.answers(calls(call("read_file", "path", "a/other001.js")), good());

    author.plan(scope, change("The total of an invoice leaves out taxes"));

    assertThat(said(scope.asked.getFirst()))
        .contains("z/invoice.js (49 bytes): invoiceTotal", "return 0;", "more files: a (");
    assertThat(last(scope.asked.get(1))).contains("export const o1 = 1;");
  }

  @Test
  void aPlannerCannotWrite() {
    scope.workspace.with("a.js", "1\n");
    scope.answers(calls(TestScope.write("a.js", "2\n")), good());

    author.plan(scope, change("two"));

    assertThat(last(scope.asked.get(1))).contains("no tool write_file");
    assertThat(scope.workspace.text("a.js")).isEqualTo("1\n");
  }
}
