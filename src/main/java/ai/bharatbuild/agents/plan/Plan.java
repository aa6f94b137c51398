package ai.bharatbuild.agents.plan;

import java.util.List;

/**
 * A plan that was checked: see {@link PlanReader} for what holds of it.
 *
 * @param name of the project
 * @param summary what it is to do
 * @param stack what it is made with, as sandboxes name it, such as {@code node}
 * @param tasks in the order in which they are told
 * @param probe null together with the command to run, for what does not listen
 */
public record Plan(
    String name,
    String summary,
    String stack,
    List<Task> tasks,
    List<PlannedFile> files,
    Commands commands,
    Probe probe) {
  public Plan {
    tasks = List.copyOf(tasks);
    files = List.copyOf(files);
  }

  /**
   * Something to do.
   *
   * @param id by which others name it
   * @param dependsOn ids of the tasks before it
   */
  public record Task(String id, String title, List<String> dependsOn) {
    public Task {
      dependsOn = List.copyOf(dependsOn);
    }
  }

  /**
   * A file that there is to be.
   *
   * @param task id of the task that it is a part of, or null
   * @param dependsOn paths of the files that must be known to write it
   * @param exports names that other files may use
   */
  public record PlannedFile(
      String path, String purpose, String task, List<String> dependsOn, List<String> exports) {
    public PlannedFile {
      dependsOn = List.copyOf(dependsOn);
      exports = List.copyOf(exports);
    }
  }

  /** Command lines; all but that of the tests may be null. */
  public record Commands(String install, String build, String test, String run) {}

  /**
   * What answers when the project runs.
   *
   * @param path of the URL, with its query
   * @param status that it answers with
   */
  public record Probe(int port, String path, int status) {}

  /**
   * The files in groups that can be written one after another, each within itself at once: first
   * those that depend on none, types and interfaces say.
   */
  public List<List<PlannedFile>> waves() {
    return Order.waves(files, PlannedFile::path, PlannedFile::dependsOn);
  }
}
