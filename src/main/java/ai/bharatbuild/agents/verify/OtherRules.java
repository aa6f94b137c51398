package ai.bharatbuild.agents.verify;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Scripts with ends of lines from elsewhere, and services on another port than planned. */
final class OtherRules {
  private static final Pattern CARRIAGE_RETURN =
      Pattern.compile(
          "\\^M: bad interpreter|\\\\r'?: (?:No such file|command not found)"
              + "|\\$'\\\\r'|set: Illegal option -\\s|sh: (?:\\d+: )?\\./[\\w./-]+: not found");

  private static final Pattern PLANNED = Pattern.compile("nothing answers on port (\\d+)");
  private static final Pattern LISTENS =
      Pattern.compile(
          "(?i)(?:localhost|127\\.0\\.0\\.1|0\\.0\\.0\\.0|\\[::1?\\]|\\bport)[:"
              + " ]\\s*(\\d{2,5})\\b");
  private static final Pattern TEST =
      Pattern.compile("(?:^|/)tests?/|[._]test\\.|[._]spec\\.|(?:^|/)test_");

  private OtherRules() {}

  /** Shells take a carriage return for a part of a name. */
  static Optional<Rule.Proposal> carriageReturns(Diagnosis wrong, Rule.Files files) {
    if (!CARRIAGE_RETURN.matcher(wrong.excerpt()).find()) {
      return Optional.empty();
    }
    Map<String, String> edits = new TreeMap<>();
    for (String path : files.paths()) {
      String name = Sources.name(path);
      if (name.endsWith(".sh") || name.equals("mvnw") || name.equals("gradlew")) {
        files
            .text(path)
            .filter(text -> text.startsWith("#!") && text.contains("\r\n"))
            .ifPresent(text -> edits.put(path, text.replace("\r\n", "\n")));
      }
    }
    return edits.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Rule.Proposal(
                edits,
                "Ended lines of "
                    + String.join(", ", edits.keySet())
                    + " by line feeds alone, as shells need it."));
  }

  /** It says where it listens, and only one place in its sources says so, too. */
  static Optional<Rule.Proposal> port(Diagnosis wrong, Rule.Files files) {
    Matcher planned = PLANNED.matcher(wrong.headline());
    if (wrong.kind() != FailureKind.PORT || !planned.find()) {
      return Optional.empty();
    }
    Set<String> told = new TreeSet<>();
    Matcher listens = LISTENS.matcher(wrong.excerpt());
    while (listens.find()) {
      told.add(listens.group(1));
    }
    if (told.size() != 1 || told.contains(planned.group(1))) {
      return Optional.empty();
    }
    String other = told.iterator().next();
    Pattern number = Pattern.compile("(?<![\\w.])" + other + "(?![\\w.])");
    Map<String, String> found = new TreeMap<>();
    long places = 0;
    for (String path : files.paths()) {
      if (isCode(path)) {
        String text = files.text(path).orElse("");
        long here = number.matcher(text).results().count();
        places += here;
        if (here > 0) {
          found.put(path, number.matcher(text).replaceAll(planned.group(1)));
        }
      }
    }
    return places != 1
        ? Optional.empty()
        : Optional.of(
            new Rule.Proposal(
                found,
                "Made it listen on the planned port "
                    + planned.group(1)
                    + " instead of "
                    + other
                    + "."));
  }

  private static boolean isCode(String path) {
    return Sources.isSource(path)
        && !path.endsWith(".md")
        && !path.endsWith(".html")
        && !path.endsWith(".css")
        && !TEST.matcher(path).find();
  }
}
