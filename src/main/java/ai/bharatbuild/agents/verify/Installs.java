package ai.bharatbuild.agents.verify;

import ai.bharatbuild.agents.verify.Evidence.Step;
import ai.bharatbuild.agents.work.Workspace;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Remembers what was installed in which sandbox, so that a repair does not wait for the same
 * installation again. Safe on any thread; holds some hundreds of sandboxes and forgets the oldest.
 */
final class Installs {
  private static final int MOST = 500;

  /** Commands that read nothing but what {@link Sources#isInstallInput} tells of. */
  private static final Pattern KNOWN =
      Pattern.compile(
          "(?:npm (?:install|i|ci)|pnpm (?:install|i)|yarn(?: install)?|(?:python3? -m )?pip3?"
              + " install -r [\\w./-]*requirements[\\w.-]*\\.txt|composer install|bundle install|go"
              + " mod download|cargo fetch)(?: --?[\\w=-]+)*");

  private static final Pattern CHANGE_DIRECTORY = Pattern.compile("cd [\\w./-]+");

  /** Scripts that npm runs when it installs; they may read anything. */
  private static final Pattern HOOKS =
      Pattern.compile("\"(?:(?:pre|post)?install|(?:pre|post)?prepare)\"\\s*:");

  private record Installed(String line, String inputs, Step step) {}

  private final Map<String, Installed> bySandbox = new LinkedHashMap<>();

  /** The installation that need not be made again; empty where one must. */
  synchronized Optional<Step> unchanged(String sandbox, String line, Tree tree) {
    Installed last = sandbox == null ? null : bySandbox.get(sandbox);
    return last != null && last.line.equals(line) && last.inputs.equals(inputs(tree))
        ? Optional.of(last.step)
        : Optional.empty();
  }

  synchronized void keep(String sandbox, Step step, Tree tree) {
    if (sandbox == null) {
      return;
    }
    bySandbox.remove(sandbox);
    bySandbox.put(sandbox, new Installed(step.line(), inputs(tree), step));
    if (bySandbox.size() > MOST) {
      bySandbox.remove(bySandbox.keySet().iterator().next());
    }
  }

  synchronized void forget(String sandbox) {
    bySandbox.remove(sandbox);
  }

  /** Whether it is known what the command reads. */
  static boolean isKnown(String line) {
    for (String part : line.split("&&|;", -1)) {
      String command = part.strip().replaceAll(" +", " ");
      if (!KNOWN.matcher(command).matches() && !CHANGE_DIRECTORY.matcher(command).matches()) {
        return false;
      }
    }
    return true;
  }

  /** Whether installing runs scripts of the project. */
  static boolean hasHooks(Workspace workspace, Tree tree) {
    return tree.paths().stream()
        .filter(path -> Sources.name(path).equals("package.json"))
        .anyMatch(
            path ->
                workspace
                    .read(path)
                    .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
                    .filter(text -> HOOKS.matcher(text).find())
                    .isPresent());
  }

  private static String inputs(Tree tree) {
    return tree.digest(Sources::isInstallInput);
  }
}
