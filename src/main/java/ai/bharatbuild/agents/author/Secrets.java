package ai.bharatbuild.agents.author;

import ai.bharatbuild.agents.work.Workspace;
import ai.bharatbuild.agents.work.Workspace.Entry;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Takes the secrets of a workspace's environment files out of what a model is to see, wherever they
 * stand: in files, outputs, errors. What it found once stays a secret of the conversation. Safe on
 * any thread.
 */
final class Secrets {
  private final Workspace workspace;
  private final Set<String> found = new HashSet<>();

  Secrets(Workspace workspace) {
    this.workspace = workspace;
    look();
  }

  /** Looks for environment files again: commands may have made some. */
  synchronized void look() {
    for (Entry entry : workspace.files()) {
      if (Masking.isEnvironment(entry.path())) {
        String text = Looks.at(workspace, entry.path()).map(Content::text).orElse(null);
        if (text != null) {
          found.addAll(Masking.values(text));
        }
      }
    }
  }

  /** A text of whatever origin. */
  String text(String text) {
    return without(Masking.text(text));
  }

  /** A file's content. */
  String file(String path, String content) {
    return without(Masking.file(path, content));
  }

  /** What a command printed. */
  String output(String output) {
    return without(Masking.output(output));
  }

  private synchronized String without(String text) {
    String masked = text;
    // A secret may begin with another one.
    List<String> longest =
        found.stream().sorted(Comparator.comparing(String::length).reversed()).toList();
    for (String secret : longest) {
      masked = masked.replace(secret, Masking.MASK);
    }
    return masked;
  }
}
