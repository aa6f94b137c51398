package ai.bharatbuild.it;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The engine's own command line, to look from outside at what the server did. */
final class Docker {
  private Docker() {}

  /** Runs a command of the engine and gives what it prints; fails when it fails. */
  static String run(String... words) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("docker"));
    command.addAll(List.of(words));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new AssertionError(String.join(" ", command) + ": " + output);
    }
    return output.strip();
  }

  /** Ids of the containers of a workspace, running or not. */
  static List<String> containersOf(String workspaceId) throws IOException, InterruptedException {
    return labelled("workspace", workspaceId);
  }

  /** The value of a label of the server's. */
  static String label(String container, String name) throws IOException, InterruptedException {
    return run(
        "inspect",
        "--format",
        "{{index .Config.Labels \"ai.bharatbuild." + name + "\"}}",
        container);
  }

  /** Where a container is reached from this machine, whoever gave it its address. */
  static String address(String container) throws IOException, InterruptedException {
    String own = label(container, "address");
    return own.isEmpty()
        ? run(
            "inspect", "-f", "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}", container)
        : own;
  }

  /** Ids of the containers that have a label of the server's, running or not. */
  static List<String> labelled(String label, String value)
      throws IOException, InterruptedException {
    String found = run("ps", "-aq", "--filter", "label=ai.bharatbuild." + label + "=" + value);
    return found.isEmpty() ? List.of() : List.of(found.split("\\s+"));
  }
}
