package ai.bharatbuild.agents.author;

import static ai.bharatbuild.agents.author.TestScope.call;
import static ai.bharatbuild.agents.author.TestScope.calls;
import static ai.bharatbuild.agents.author.TestScope.cut;
import static ai.bharatbuild.agents.author.TestScope.end;
import static ai.bharatbuild.agents.author.TestScope.last;
import static ai.bharatbuild.agents.author.TestScope.said;
import static ai.bharatbuild.agents.author.TestScope.stop;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.bharatbuild.agents.llm.Block;
import ai.bharatbuild.agents.llm.Message;
import ai.bharatbuild.agents.llm.ModelException;
import ai.bharatbuild.agents.llm.ModelRole;
import ai.bharatbuild.agents.llm.StopReason;
import ai.bharatbuild.agents.llm.SystemBlock;
import ai.bharatbuild.agents.work.RunFailedException;
import ai.bharatbuild.problem.ApiException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ToolLoopTest {
  private static final ToolLoop.Limits LIMITS = new ToolLoop.Limits(8, 6, 1);

  private final TestScope scope = new TestScope();
  private final Toolbox tools =
      Toolbox.full(
          scope, new RepairRights(Samples.brief("sums"), Samples.plan(Samples.file("src/sum.js"))));
  private final Conversation conversation =
      new Conversation(
          ModelRole.LARGE,
          List.of(new SystemBlock("rules", true)),
          tools.tools(),
          1000,
          List.of(new Block.Text("Do it.")));

  private ToolLoop.Outcome run() {
    return new ToolLoop(scope, "test", LIMITS, tools, conversation).run();
  }

  @Test
  void textThatWasCutOffIsContinuedAndPutTogether() {
    scope.answers(stop(StopReason.MAX_TOKENS, "One, tw"), end("o, three."));

    assertThat(run()).isEqualTo(new ToolLoop.Outcome("One, two, three.", false));
    assertThat(last(scope.asked.get(1))).contains("Go on exactly where it ends");
  }

  @Test
  void aPauseGoesOnWithTheSameConversation() {
    scope.answers(stop(StopReason.PAUSE_TURN, "Wait. "), end("Done."));

    assertThat(run().text()).isEqualTo("Wait. Done.");
    assertThat(scope.asked.get(1).messages().getLast().speaker())
        .isEqualTo(Message.Speaker.ASSISTANT);
  }

  @Test
  void aPauseWithoutAWordIsNoMessage() {
    scope.answers(stop(StopReason.PAUSE_TURN, " \n"), end("Done."));

    assertThat(run().text()).endsWith("Done.");
    assertThat(scope.asked.get(1).messages()).hasSize(1);
  }

  @ParameterizedTest
  @EnumSource(names = {"END_TURN", "STOP_SEQUENCE", "TOOL_USE"})
  void anAnswerWithoutCallsIsTheLast(StopReason reason) {
    scope.answers(stop(reason, "Done."));

    assertThat(run()).isEqualTo(new ToolLoop.Outcome("Done.", false));
  }

  @Test
  void callsAreMadeWhateverReasonIsGiven() {
    scope.workspace.with("a.txt", "hello\n");
    scope.answers(
        new ai.bharatbuild.agents.llm.ModelAnswer(
            "",
            List.of(call("read_file", "path", "a.txt")),
            List.of(),
            StopReason.END_TURN,
            ai.bharatbuild.agents.llm.Usage.NONE,
            null),
        end("Done."));

    run();

    assertThat(last(scope.asked.get(1))).contains("hello");
  }

  @Test
  void callsAndTurnsAreBounded() {
    scope.model = request -> calls(call("list_files"), call("list_files"), call("list_files"));

    assertThat(run().limited()).isTrue();
    assertThat(scope.asked).hasSize(2);
  }

  @Test
  void aCutCallThatIsNoWriteIsToldAndNotMade() {
    scope.answers(cut("run_command", "{\"command\":\"rm -r"), end("Done."));

    run();

    assertThat(scope.workspace.commands).isEmpty();
    assertThat(last(scope.asked.get(1))).contains("run_command was cut off", "nothing was done");
  }

  @Test
  void aFullWindowIsMadeRoomInAndThenGivenUp() {
    scope.workspace.with("a.txt", "x".repeat(900) + "\n");
    scope.answers(
        calls(call("read_file", "path", "a.txt")),
        calls(call("list_files")),
        calls(call("list_files")),
        stop(StopReason.CONTEXT_EXCEEDED, "I was"),
        stop(StopReason.CONTEXT_EXCEEDED, "still"));

    assertThatThrownBy(this::run)
        .isInstanceOfSatisfying(
            RunFailedException.class, it -> assertThat(it.code()).isEqualTo("context_exceeded"));
    assertThat(said(scope.asked.get(3))).contains("xxxx");
    assertThat(said(scope.asked.get(4))).doesNotContain("xxxx").contains("left out to save room");
  }

  @Test
  void aQuestionThatIsTooLargeIsAskedAgainWithoutOldResults() {
    scope.workspace.with("a.txt", "x".repeat(900) + "\n");
    List<ai.bharatbuild.agents.llm.ModelAnswer> answers =
        List.of(
            calls(call("read_file", "path", "a.txt")),
            calls(call("list_files")),
            calls(call("list_files")));
    scope.model =
        request -> {
          int turn = scope.asked.size() - 1;
          if (turn < answers.size()) {
            return answers.get(turn);
          }
          if (said(request).contains("xxxx")) {
            throw new ModelException(ModelException.Kind.TOO_LARGE, "too long");
          }
          return end("Done.");
        };

    assertThat(run().text()).isEqualTo("Done.");
  }

  @Test
  void failuresOfTheServerAreNotTheModelsToMend() {
    scope.workspace.shell =
        (files, line) -> {
          throw ApiException.unavailable("The sandbox is gone.");
        };
    scope.answers(calls(call("run_command", "command", "ls")));

    assertThatThrownBy(this::run).isInstanceOf(ApiException.class);
  }

  @Test
  void theModelsOwnFaultsAreToldToIt() {
    scope.workspace.shell =
        (files, line) -> {
          throw ApiException.conflict("path_conflict", "A directory is there.");
        };
    scope.answers(calls(call("run_command", "command", "ls")), end("Done."));

    run();

    assertThat(last(scope.asked.get(1))).isEqualTo("Not done: A directory is there.");
  }
}
