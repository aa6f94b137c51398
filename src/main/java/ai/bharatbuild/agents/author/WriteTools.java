package ai.bharatbuild.agents.author;

import ai.bharatbuild.agents.llm.Block;
import ai.bharatbuild.agents.llm.ModelEvent.ToolCallTruncated;
import ai.bharatbuild.agents.llm.Tool;
import java.util.List;

/** The tools of whoever writes one file. */
final class WriteTools implements Tools {
  private final Toolbox toolbox;
  private final String path;
  private final boolean endsWithIt;
  private boolean whole;

  /**
   * @param path of the file
   * @param endsWithIt whether nothing is left to do once the file is written whole
   */
  WriteTools(Toolbox toolbox, String path, boolean endsWithIt) {
    this.toolbox = toolbox;
    this.path = path;
    this.endsWithIt = endsWithIt;
  }

  @Override
  public List<Tool> tools() {
    return toolbox.tools();
  }

  @Override
  public Result call(Block.ToolUse use) {
    Result result = toolbox.call(use);
    boolean writes = use.name().equals(ToolSchemas.WRITE) || use.name().equals(ToolSchemas.APPEND);
    // What failed after the file was written may have been meant for it.
    whole = !result.error() && (whole || writes && toolbox.files().changed().contains(path));
    return result;
  }

  @Override
  public String cut(ToolCallTruncated call) {
    return toolbox.cut(call);
  }

  @Override
  public boolean satisfied() {
    return endsWithIt && whole && toolbox.unfinished() == null;
  }

  @Override
  public String unfinished() {
    String begun = toolbox.unfinished();
    if (begun != null) {
      return begun;
    }
    return toolbox.files().read(path).isPresent()
        ? null
        : "The file %s is not there yet. Write it now with write_file.".formatted(path);
  }
}
