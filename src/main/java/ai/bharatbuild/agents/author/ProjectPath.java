package ai.bharatbuild.agents.author;

import ai.bharatbuild.agents.author.Arguments.WrongArgument;
import ai.bharatbuild.files.FileFailure;
import ai.bharatbuild.files.WorkspacePath;

/** Paths as models write them. */
final class ProjectPath {
  /** Where the project lies in its sandbox, which models see in the output of commands. */
  private static final String IN_SANDBOX = "/workspace/";

  private ProjectPath() {}

  /** The path relative to the project. Throws {@link WrongArgument} for what leaves it. */
  static String of(String said) {
    String path = said.strip();
    if (path.startsWith(IN_SANDBOX)) {
      path = path.substring(IN_SANDBOX.length());
    }
    while (path.startsWith("./")) {
      path = path.substring(2);
    }
    try {
      WorkspacePath.parse(path);
      return path;
    } catch (FileFailure e) {
      throw new WrongArgument(e.getMessage() + " Paths are relative to the project: src/app.js.");
    }
  }
}
