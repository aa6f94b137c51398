package ai.bharatbuild.agents.documents.facts;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds paths of files in sentences. */
public final class PathNames {
  private static final Pattern PATH =
      Pattern.compile("(?<![\\w./:-])(?:[\\w-]{1,60}/){1,10}[\\w.-]{1,80}\\.(\\w{1,5})(?![\\w/])");

  private PathNames() {}

  /** Those that have a directory and an end that is known; so {@code and/or} is none. */
  public static List<String> in(String sentence) {
    Matcher matcher = PATH.matcher(sentence);
    return matcher
        .results()
        .filter(it -> Languages.isKnownEnd(it.group(1)))
        .map(it -> it.group())
        .distinct()
        .limit(20)
        .toList();
  }
}
