package ai.bharatbuild.agents.author;

import ai.bharatbuild.agents.llm.Block;
import ai.bharatbuild.agents.llm.ModelEvent.ToolCallTruncated;
import ai.bharatbuild.agents.llm.Tool;
import ai.bharatbuild.agents.work.RunScope;
import ai.bharatbuild.problem.ApiException;
import java.util.ArrayList;
import java.util.List;

/** The tools on the workspace and its sandbox that one conversation has. */
final class Toolbox implements Tools {
  private static final int SERVER_ERRORS = 500;

  private final List<Tool> tools;
  private final ProjectFiles files;
  private final Secrets secrets;
  private final TestGuard guard;
  private final FileReaders readers;
  private final FileWriters writers;
  private final CommandTools commands;

  /** With what the rights allow: all of the tools, or those that only read. */
  private Toolbox(RunScope scope, Rights rights, List<Tool> tools) {
    this.tools = List.copyOf(tools);
    this.files = new ProjectFiles(scope);
    this.secrets = new Secrets(scope.workspace());
    this.guard = new TestGuard(scope, rights);
    this.readers = new FileReaders(scope.workspace(), files, secrets);
    this.writers = new FileWriters(files, readers, rights);
    this.commands = new CommandTools(scope, secrets, guard);
  }

  static Toolbox reading(RunScope scope) {
    return new Toolbox(scope, Rights.NONE, ToolSchemas.READERS);
  }

  /** Reads and writes; deletes where that is asked for. */
  static Toolbox writing(RunScope scope, Rights rights, boolean deletes) {
    List<Tool> tools = new ArrayList<>(ToolSchemas.READERS);
    tools.addAll(ToolSchemas.WRITERS);
    if (deletes) {
      tools.add(ToolSchemas.DELETER);
    }
    return new Toolbox(scope, rights, tools);
  }

  /** All tools. */
  static Toolbox full(RunScope scope, Rights rights) {
    List<Tool> tools = new ArrayList<>(ToolSchemas.READERS);
    tools.addAll(ToolSchemas.WRITERS);
    tools.add(ToolSchemas.DELETER);
    tools.addAll(ToolSchemas.RUNNERS);
    return new Toolbox(scope, rights, tools);
  }

  ProjectFiles files() {
    return files;
  }

  Secrets secrets() {
    return secrets;
  }

  /** What commands did to tests. */
  TestGuard guard() {
    return guard;
  }

  /** Whether any command was begun. */
  boolean ranCommands() {
    return commands.ran();
  }

  FileReaders readers() {
    return readers;
  }

  @Override
  public List<Tool> tools() {
    return tools;
  }

  /** Failures of the server itself come out; what the model can do better it is told. */
  @Override
  public Result call(Block.ToolUse use) {
    if (tools.stream().noneMatch(tool -> tool.name().equals(use.name()))) {
      return Result.error(
          "There is no tool %s; there are %s."
              .formatted(use.name(), tools.stream().map(Tool::name).toList()));
    }
    try {
      return dispatch(use.name(), new Arguments(use.arguments()));
    } catch (Arguments.WrongArgument e) {
      return Result.error(e.getMessage());
    } catch (ApiException e) {
      if (e.problem().status() >= SERVER_ERRORS) {
        throw e;
      }
      return Result.error("Not done: " + e.problem().detail());
    }
  }

  private Result dispatch(String name, Arguments arguments) {
    return switch (name) {
      case ToolSchemas.LIST -> readers.list(arguments);
      case ToolSchemas.READ -> readers.read(arguments);
      case ToolSchemas.SEARCH -> readers.search(arguments);
      case ToolSchemas.WRITE -> writers.write(arguments);
      case ToolSchemas.APPEND -> writers.append(arguments);
      case ToolSchemas.EDIT -> writers.edit(arguments);
      case ToolSchemas.DELETE -> writers.delete(arguments);
      case ToolSchemas.RUN -> commands.run(arguments);
      case ToolSchemas.OUTPUT -> commands.read(arguments);
      default -> throw new IllegalStateException(name);
    };
  }

  @Override
  public String cut(ToolCallTruncated call) {
    return switch (call.name()) {
      case ToolSchemas.WRITE -> writers.keep(false, call.json());
      case ToolSchemas.APPEND -> writers.keep(true, call.json());
      default ->
          "Your call of %s was cut off by the limit of an answer; nothing was done. Make it"
                  .formatted(call.name())
              + " smaller, such as with fewer edits at once.";
    };
  }

  @Override
  public boolean satisfied() {
    return false;
  }

  @Override
  public String unfinished() {
    return writers.parts().paths().isEmpty()
        ? null
        : "These files were begun and have no end, so they are not saved: %s. Give the rest with"
                .formatted(writers.parts().paths())
            + " append_file and more=false.";
  }
}
