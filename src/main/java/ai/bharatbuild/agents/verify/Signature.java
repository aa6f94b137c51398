package ai.bharatbuild.agents.verify;

import ai.bharatbuild.files.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Takes from errors what differs between runs of the same failure: where in a file, when, how long,
 * in which process, at which temporary place, and in which order.
 */
final class Signature {
  private static final int MOST_LINES = 60;
  private static final int LENGTH = 20;

  private record Rule(Pattern what, String with) {}

  private static final List<Rule> RULES =
      List.of(
          rule("(?:file://)?/workspace/", ""),
          rule("(?:/private)?/(?:tmp|var/tmp|var/folders|dev/shm)/[^\\s'\"):,]*", "<tmp>"),
          rule("\\.timestamp-[\\w-]+", "<tmp>"),
          rule("/(?:root|home/\\w+)/\\.npm/_logs/\\S+", "<log>"),
          rule("\\d{4}-\\d\\d-\\d\\d[T_ ]\\d\\d[:_]\\d\\d[:_]\\d\\d[\\w.:+-]*", "<time>"),
          rule("\\b\\d{1,2}:\\d\\d:\\d\\d(?:[.,]\\d+)?\\b", "<time>"),
          rule("\\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\\b", "<id>"),
          rule("\\b0x[0-9a-fA-F]+\\b", "<address>"),
          rule("@[0-9a-f]{5,16}\\b", "@<address>"),
          rule("\\b(?=[a-f]*\\d)(?=\\d*[a-f])[0-9a-f]{8,64}\\b", "<hash>"),
          rule("([\\w)\\]]\\.[A-Za-z]\\w*)(?::\\d+)+", "$1"),
          rule("(\\.[A-Za-z]\\w*)(?:\\(\\d+,\\d+\\)|:?\\[\\d+,\\d+\\])", "$1"),
          rule("(?i)\\b(line|column|col|row|position) \\d+", "$1 <n>"),
          rule("^\\s*\\d+(?::\\d+\\s+|\\) )", ""),
          rule("\\(node:\\d+\\)|\\b(?i:pid)[ =:]+\\d+|\\bgoroutine \\d+", "<pid>"),
          rule(
              "\\b\\d+(?:\\.\\d+)? ?(?:ms|µs|us|ns|s|sec|secs|seconds?|minutes?)\\b", "<duration>"),
          rule(":(?:3276[89]|327[7-9]\\d|32[89]\\d\\d|3[3-9]\\d{3}|[456]\\d{4})\\b", ":<port>"),
          rule(
              "(?i)\\bport (?:3276[89]|327[7-9]\\d|32[89]\\d\\d|3[3-9]\\d{3}|[456]\\d{4})\\b",
              "port <port>"),
          rule("\\s+", " "));

  private Signature() {}

  private static Rule rule(String what, String with) {
    return new Rule(Pattern.compile(what), with);
  }

  /** A line without what differs; already without escapes of terminals. */
  static String normal(String line) {
    String text = line;
    for (Rule rule : RULES) {
      text = rule.what().matcher(text).replaceAll(rule.with());
    }
    return text.strip();
  }

  /** Equal for the same errors in any order. */
  static String of(String step, FailureKind kind, Collection<String> errors) {
    Set<String> lines =
        errors.stream()
            .map(Signature::normal)
            .filter(line -> !line.isEmpty())
            .collect(Collectors.toCollection(TreeSet::new));
    String all = lines.stream().limit(MOST_LINES).collect(Collectors.joining("\n"));
    String hash = Sha256.of(all.getBytes(StandardCharsets.UTF_8)).substring(0, LENGTH);
    return step + "/" + kind.name().toLowerCase(Locale.ROOT) + "/" + hash;
  }
}
