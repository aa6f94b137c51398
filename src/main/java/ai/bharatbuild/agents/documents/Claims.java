package ai.bharatbuild.agents.documents;

import java.util.Optional;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** Words by which English prose claims figures and results. */
final class Claims {
  private static final Set<String> NUMBERS =
      Set.of(
          ("zero two three four five six seven eight nine ten eleven twelve thirteen fourteen"
                  + " fifteen sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty"
                  + " seventy eighty ninety hundred hundreds thousand thousands million millions"
                  + " billion billions dozen dozens half percent")
              .split(" "));

  private static final Set<String> RESULTS =
      Set.of(
          ("pass passes passed passing fail fails failed failing failure failures verify verifies"
                  + " verified verification tested untested met unmet meets fulfil fulfils fulfill"
                  + " fulfills fulfilled satisfies satisfied succeed succeeds succeeded success"
                  + " successful successfully prove proves proved proven correctly flawless"
                  + " flawlessly certified guarantee guarantees guaranteed")
              .split(" "));

  private static final Pattern SAID =
      Pattern.compile(
          String.join(
              "|",
              "\\b(?:project|product|application|app|program|system|software|server|site|it|this"
                  + "|everything|all)\\s+(?:is|are|was|has been)\\s+(?:now\\s+|fully\\s+|all\\s+)?"
                  + "(?:complete|completed|done|finished|ready|working|green|stable|secure|safe"
                  + "|compliant)\\b",
              "\\b(?:all|every|each|none|most|no)\\s+(?:\\w+\\s+){0,3}(?:tests?|requirements?|checks?)"
                  + "\\b",
              "\\b(?:works?|runs?|builds?|installs?|compiles?)\\s+(?:as|fine|well|without|cleanly"
                  + "|perfectly|reliably)\\b",
              "\\b(?:production|deployment)[- ]ready\\b",
              "\\b(?:bug|error|defect)[- ]free\\b"));

  private Claims() {}

  /** Whether it is a number, in lower case. */
  static boolean number(String word) {
    return NUMBERS.contains(word);
  }

  /** Whether it says how something came out, in lower case. */
  static boolean result(String word) {
    return RESULTS.contains(word);
  }

  /** The first phrase of a text in lower case that says how something came out. */
  static Optional<String> phrase(String text) {
    return SAID.matcher(text).results().map(MatchResult::group).findFirst();
  }
}
