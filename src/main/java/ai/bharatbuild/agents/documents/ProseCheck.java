package ai.bharatbuild.agents.documents;

import ai.bharatbuild.agents.documents.content.Known;
import ai.bharatbuild.agents.documents.facts.PathNames;
import ai.bharatbuild.agents.documents.facts.Texts;
import java.lang.Character.UnicodeScript;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Fills values into prose and sees that it claims nothing by itself: no id, no result, no file that
 * is not there, and no figure but those that the project's own words have beside the same word.
 * What is not English is taken only as far as the facts have the same words. It knows words, not
 * meanings. Immutable.
 */
final class ProseCheck {
  private static final int LONGEST = 6_000;
  private static final Pattern VALUE = Pattern.compile("\\{\\{\\s*([\\w.-]{1,60})\\s*}}");
  private static final Pattern ID = Pattern.compile("(?i)\\breq[^\\p{L}\\p{N}]{0,3}\\p{N}");
  private static final Pattern FILLED_ID = Pattern.compile("REQ-\\d{3,8}");
  private static final Pattern ADDRESS = Pattern.compile("(?i)://|\\bwww\\.|\\b[\\w.]+@[\\w.]+");
  private static final Pattern WORD =
      Pattern.compile("[\\p{L}\\p{M}\\p{N}]+(?:[.,'’:/_+#-]+[\\p{L}\\p{M}\\p{N}]+)*[+#%]*");

  /** Stands where a value was, so that its neighbours are none of each other. */
  private static final String GAP = " valuefilledinhere ";

  private final Known known;
  private final Set<String> words = new HashSet<>();
  private final Set<String> pairs = new HashSet<>();

  /**
   * What came of an answer.
   *
   * @param text with its values; null where it cannot be taken
   * @param fault why not, as a clause; null where it can
   */
  record Checked(String text, String fault) {
    private static Checked not(String fault) {
      return new Checked(null, fault);
    }
  }

  ProseCheck(Known known) {
    this.known = known;
    List<String> all = words(plain(known.words()));
    words.addAll(all);
    for (int i = 1; i < all.size(); i++) {
      pairs.add(all.get(i - 1) + ' ' + all.get(i));
    }
  }

  Checked check(String draft, String answer) {
    if (answer.isBlank() || answer.length() > LONGEST) {
      return Checked.not(answer.isBlank() ? "there is no text" : "it is too long");
    }
    String clean = Texts.clean(answer.strip(), LONGEST);
    String own = plain(VALUE.matcher(clean).replaceAll(GAP));
    Optional<String> fault =
        unknownValue(clean)
            .or(() -> ofForm(own))
            .or(() -> unknownPath(own))
            .or(() -> Claims.phrase(own).map(ProseCheck::result))
            .or(() -> ofWords(words(own)));
    if (fault.isPresent()) {
      return Checked.not(fault.get());
    }
    String filled = VALUE.matcher(clean).replaceAll(it -> Matcher.quoteReplacement(value(it)));
    Set<String> missing = ids(draft);
    missing.removeAll(ids(filled));
    return missing.isEmpty()
        ? new Checked(filled, null)
        : Checked.not("it leaves out {{%s}}".formatted(missing.iterator().next()));
  }

  private String value(MatchResult place) {
    return known.values().get(place.group(1));
  }

  private Optional<String> unknownValue(String text) {
    return VALUE
        .matcher(text)
        .results()
        .filter(it -> value(it) == null)
        .findFirst()
        .map(it -> "there is no value {{%s}}".formatted(it.group(1)));
  }

  private static Optional<String> ofForm(String own) {
    if (own.contains("{{") || own.contains("}}")) {
      return Optional.of("braces stand around something that is no value");
    }
    if (ID.matcher(own).find()) {
      return Optional.of("it has an id that is not filled in");
    }
    return ADDRESS.matcher(own).find() ? Optional.of("it has an address") : Optional.empty();
  }

  private Optional<String> unknownPath(String own) {
    return PathNames.in(own).stream()
        .filter(
            path ->
                known.paths().stream().noneMatch(it -> it.toLowerCase(Locale.ROOT).equals(path)))
        .findFirst()
        .map(path -> "there is no file " + shown(path));
  }

  private Optional<String> ofWords(List<String> own) {
    for (int i = 0; i < own.size(); i++) {
      String word = own.get(i);
      String before = i == 0 ? "" : own.get(i - 1);
      String after = i + 1 == own.size() ? "" : own.get(i + 1);
      if (hasResult(word)) {
        return Optional.of(result(word));
      }
      boolean told = pairs.contains(before + ' ' + word) || pairs.contains(word + ' ' + after);
      if (isNumber(word) && !told) {
        return Optional.of("it has the figure “%s”".formatted(shown(word)));
      }
      if (!isNumber(word) && isName(word) && !words.contains(word)) {
        return Optional.of("it has the word “%s”, which no fact has".formatted(shown(word)));
      }
    }
    return Optional.empty();
  }

  private static String result(String words) {
    return "it says “%s”, and how things came out is filled in".formatted(shown(words));
  }

  private static String shown(String word) {
    return Texts.line(word, 60);
  }

  private static boolean hasResult(String word) {
    for (String part : word.split("[^\\p{L}\\p{M}\\p{N}]+")) {
      if (Claims.result(part)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isNumber(String word) {
    for (String part : word.split("[^\\p{L}\\p{M}\\p{N}]+")) {
      if (Claims.number(part)) {
        return true;
      }
    }
    return word.codePoints().noneMatch(Character::isLetter);
  }

  /** Whether it must be a word of the facts: letters with digits, or of another script. */
  private static boolean isName(String word) {
    return word.codePoints()
        .anyMatch(
            c ->
                Character.isLetter(c)
                    ? UnicodeScript.of(c) != UnicodeScript.LATIN
                    : Character.getType(c) == Character.DECIMAL_DIGIT_NUMBER
                        || Character.getType(c) == Character.LETTER_NUMBER
                        || Character.getType(c) == Character.OTHER_NUMBER);
  }

  private static List<String> words(String plain) {
    List<String> words = new ArrayList<>();
    Matcher matcher = WORD.matcher(plain);
    while (matcher.find()) {
      words.add(matcher.group());
    }
    return words;
  }

  /** In lower case, without what looks like something else or does not show at all. */
  private static String plain(String text) {
    return Normalizer.normalize(text, Normalizer.Form.NFKC)
        .replaceAll("\\p{Cf}", "")
        .toLowerCase(Locale.ROOT);
  }

  private static Set<String> ids(String text) {
    Set<String> ids = new HashSet<>();
    FILLED_ID.matcher(text).results().map(MatchResult::group).forEach(ids::add);
    return ids;
  }
}
