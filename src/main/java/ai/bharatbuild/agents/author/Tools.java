package ai.bharatbuild.agents.author;

import ai.bharatbuild.agents.llm.Block;
import ai.bharatbuild.agents.llm.ModelEvent;
import ai.bharatbuild.agents.llm.Tool;
import java.util.List;

/** What a model can do in one conversation. Calls come one after another. */
interface Tools {
  /**
   * What came of a call, for the model.
   *
   * @param error whether nothing was done; the content then says why and what to do
   */
  record Result(String content, boolean error) {
    static Result ok(String content) {
      return new Result(content, false);
    }

    static Result error(String content) {
      return new Result(content, true);
    }
  }

  List<Tool> tools();

  Result call(Block.ToolUse use);

  /** What to tell the model about a call that the end of its answer cut off; nothing was done. */
  String cut(ModelEvent.ToolCallTruncated call);

  /** Whether all is done that the conversation is for, so that the model need not say so. */
  boolean satisfied();

  /** What the model has to be reminded of if it ends now, or null. */
  String unfinished();
}
