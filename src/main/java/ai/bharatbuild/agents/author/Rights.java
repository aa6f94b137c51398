package ai.bharatbuild.agents.author;

import ai.bharatbuild.agents.plan.PlanJson;
import ai.bharatbuild.files.WorkspacePath;
import java.util.Set;

/** What a conversation may change. */
interface Rights {
  /** Reads only. */
  Rights NONE =
      new Rights() {
        @Override
        public String write(String path) {
          return "Nothing may be written here.";
        }

        @Override
        public String delete(String path) {
          return "Nothing may be deleted here.";
        }

        @Override
        public String replace(String path, String before, String after) {
          return null;
        }
      };

  /** Why a path may not be written, for the model; null where it may. */
  String write(String path);

  /** Why a file may not be deleted, for the model; null where it may. */
  String delete(String path);

  /**
   * Why a file's content may not be replaced by another, for the model; null where it may.
   *
   * @param before null where there is no such file
   */
  String replace(String path, String before, String after);

  /** Why no conversation at all may write a path; null where one may. */
  static String never(String path) {
    if (Set.of(PlanJson.FILE, "VERIFICATION.md", WorkspacePath.RESERVED).contains(path)) {
      return path + " is written by the run itself.";
    }
    for (String segment : path.split("/")) {
      if (Set.of(".git", "node_modules", ".venv", "__pycache__").contains(segment)) {
        return segment + " is made by tools; change what it is made from, or run the tool.";
      }
    }
    return null;
  }
}
