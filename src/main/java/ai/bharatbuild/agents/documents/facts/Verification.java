package ai.bharatbuild.agents.documents.facts;

import java.time.Instant;
import java.util.List;

/**
 * Evidence that a project works, or that it does not: what was run, and how it ended.
 *
 * @param probe null where nothing was asked
 * @param imageDigest of the image in which it was run; may be empty
 * @param verified whether all that must hold did
 * @param filesDigest {@link Facts#digest} of the files that were verified
 */
public record Verification(
    List<Command> commands,
    Probe probe,
    String imageDigest,
    boolean verified,
    String filesDigest,
    Instant at) {
  public Verification {
    commands = List.copyOf(commands);
    imageDigest = imageDigest == null ? "" : Texts.line(imageDigest, 200);
  }

  /**
   * A command that was run.
   *
   * @param name {@code install}, {@code build} or {@code test}
   * @param exitCode null where it did not come to its end
   * @param passed number of tests, null where that is not known
   * @param failed like {@code passed}
   */
  public record Command(
      String name, String line, Integer exitCode, double seconds, Integer passed, Integer failed) {
    public Command {
      name = Texts.line(name, 60);
      line = Texts.line(line, 2000);
    }

    public boolean succeeded() {
      return exitCode != null && exitCode == 0;
    }
  }

  /**
   * A request to what was running.
   *
   * @param answered its status; null where nothing answered
   */
  public record Probe(int port, String path, int expected, Integer answered) {
    public Probe {
      path = Texts.line(path, 500);
    }

    public boolean succeeded() {
      return answered != null && answered == expected;
    }
  }

  /** The command of that name, or null. */
  public Command command(String name) {
    return commands.stream().filter(it -> it.name().equals(name)).findFirst().orElse(null);
  }
}
