package ai.bharatbuild.agents.author;

import ai.bharatbuild.agents.llm.Block;
import ai.bharatbuild.agents.llm.ModelAnswer;
import ai.bharatbuild.agents.llm.ModelEvent;
import ai.bharatbuild.agents.llm.ModelException;
import ai.bharatbuild.agents.llm.StopReason;
import ai.bharatbuild.agents.work.RunScope;
import java.util.ArrayList;
import java.util.List;

/**
 * Talks with a model until it ends its turn, its work is done, or a limit is reached. What a cut
 * off answer held whole is used; what was cut off is asked for again, and never taken for whole.
 */
final class ToolLoop {
  private static final String GO_ON =
      "Your answer was cut off by its limit. Go on exactly where it ends, without repeating it.";
  private static final String GO_ON_BRIEFLY = "Go on, and be brief: the conversation is long.";

  /**
   * What a conversation may take.
   *
   * @param turns answers of the model
   * @param calls calls of tools
   * @param reminders how often it is told that it ended too early
   */
  record Limits(int turns, int calls, int reminders) {}

  /**
   * How a conversation ended.
   *
   * @param text what the model said at last
   * @param limited whether a limit ended it, not the model
   */
  record Outcome(String text, boolean limited) {}

  private final RunScope scope;
  private final String stage;
  private final Limits limits;
  private final Tools tools;
  private final Conversation conversation;
  private final StringBuilder said = new StringBuilder();
  private int calls;
  private int reminders;

  ToolLoop(RunScope scope, String stage, Limits limits, Tools tools, Conversation conversation) {
    this.scope = scope;
    this.stage = stage;
    this.limits = limits;
    this.tools = tools;
    this.conversation = conversation;
  }

  /**
   * Throws {@link ai.bharatbuild.agents.work.RunFailedException} when the model fails or refuses.
   */
  Outcome run() {
    for (int turn = 0; turn < limits.turns() && calls < limits.calls(); turn++) {
      ModelAnswer answer = ask();
      if (answer.reason() == StopReason.REFUSAL) {
        throw ModelFailures.refused(answer.text());
      }
      conversation.add(answer);
      said.append(answer.text());
      if (!answer.calls().isEmpty() || !answer.truncatedCalls().isEmpty()) {
        use(answer);
        if (tools.satisfied()) {
          return new Outcome(said.toString(), false);
        }
        said.setLength(0);
      } else if (!goesOn(answer)) {
        return new Outcome(said.toString(), false);
      }
    }
    return new Outcome(said.toString(), true);
  }

  private ModelAnswer ask() {
    Stop.check(scope);
    try {
      return scope.ask(stage, conversation.request());
    } catch (ModelException e) {
      // A call that the end of the run cancelled is no failure of the model.
      Stop.check(scope);
      if (e.kind() == ModelException.Kind.TOO_LARGE && conversation.shorten()) {
        return ask();
      }
      throw ModelFailures.of(e);
    }
  }

  private void use(ModelAnswer answer) {
    List<Block.ToolResult> results = new ArrayList<>();
    for (Block.ToolUse use : answer.calls()) {
      Stop.check(scope);
      Tools.Result result =
          ++calls > limits.calls()
              ? Tools.Result.error("Not done: this conversation may make no more calls.")
              : tools.call(use);
      results.add(new Block.ToolResult(use.id(), result.content(), result.error()));
    }
    List<String> texts = new ArrayList<>();
    for (ModelEvent.ToolCallTruncated cut : answer.truncatedCalls()) {
      calls++;
      texts.add(tools.cut(cut));
    }
    makeRoom(answer);
    conversation.reply(results, texts);
  }

  /** Whether an answer without calls is not the last. */
  private boolean goesOn(ModelAnswer answer) {
    switch (answer.reason()) {
      case MAX_TOKENS -> conversation.reply(List.of(), List.of(GO_ON));
      case CONTEXT_EXCEEDED -> {
        makeRoom(answer);
        conversation.reply(List.of(), List.of(GO_ON_BRIEFLY));
      }
      case PAUSE_TURN -> {}
      default -> {
        String missing = tools.unfinished();
        if (missing == null || ++reminders > limits.reminders()) {
          return false;
        }
        said.setLength(0);
        conversation.reply(List.of(), List.of(missing));
      }
    }
    return true;
  }

  private void makeRoom(ModelAnswer answer) {
    if (answer.reason() == StopReason.CONTEXT_EXCEEDED && !conversation.shorten()) {
      throw ModelFailures.contextExceeded("");
    }
  }
}
