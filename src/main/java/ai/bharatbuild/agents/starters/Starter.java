package ai.bharatbuild.agents.starters;

import java.util.List;

/**
 * A small real project with tests, which installs, builds and runs as it is.
 *
 * @param id name of its folder among the resources
 * @param projectType type of the sandbox that it needs, such as {@code node}
 * @param words what in a prompt speaks for it, in lower case; the first ones weigh most
 * @param commands what installs, builds, tests and runs it
 * @param port where it listens once it runs
 * @param path what answers 200 there once it is alive
 * @param files paths of its files, sorted
 */
public record Starter(
    String id,
    String title,
    String description,
    String projectType,
    String framework,
    String language,
    List<String> words,
    Commands commands,
    int port,
    String path,
    List<String> files) {

  /**
   * Shell lines, run in the project's root; null where there is nothing to do.
   *
   * @param run serves until it is stopped
   */
  public record Commands(String install, String build, String test, String run) {}
}
