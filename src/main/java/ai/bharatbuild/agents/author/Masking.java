package ai.bharatbuild.agents.author;

import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Takes out of a text what looks like a key or a password, before a model sees it. It knows the
 * forms of well-known keys; what has no form of its own it cannot know.
 */
final class Masking {
  /** What stands in the place of a secret. */
  static final String MASK = "[masked secret]";

  private static final Pattern KEYS =
      Pattern.compile(
          String.join(
              "|",
              "\\bsk-(?=[A-Za-z_-]{0,200}\\d)[A-Za-z0-9_-]{16,200}",
              "\\b(?:ghp|gho|ghu|ghs|ghr)_[A-Za-z0-9]{30,100}",
              "\\bgithub_pat_[A-Za-z0-9_]{30,100}",
              "\\bglpat-[A-Za-z0-9_-]{20,60}",
              "\\b(?:AKIA|ASIA)[A-Z0-9]{16}\\b",
              "\\bAIza[A-Za-z0-9_-]{35}",
              "\\bxox[abposr]-[A-Za-z0-9-]{10,100}",
              "\\b[rsp]k_(?:live|test)_[A-Za-z0-9]{16,100}",
              "\\brzp_(?:live|test)_[A-Za-z0-9]{14,40}",
              "\\bnpm_[A-Za-z0-9]{36}",
              "\\bbbs?_(?=[A-Za-z_-]{0,100}\\d)[A-Za-z0-9_-]{24,100}",
              "\\beyJ[A-Za-z0-9_-]{10,2000}\\.eyJ[A-Za-z0-9_-]{10,4000}\\.[A-Za-z0-9_-]{10,1000}"));

  private static final Pattern PRIVATE_KEY =
      Pattern.compile(
          "(-----BEGIN [A-Z ]{0,30}PRIVATE"
              + " KEY-----)[A-Za-z0-9+/=\\s:,-]{0,20000}?(?=-----END|\\z)");

  /** The password of a URL such as {@code postgres://user:password@host}. */
  private static final Pattern URL_PASSWORD =
      Pattern.compile("(\\b[a-z][a-z0-9+.-]{1,20}://[^\\s:/@\"']{0,100}:)[^\\s/@\"']{1,200}(?=@)");

  /** A line of a file of environment variables whose name says what it is. */
  private static final Pattern ENV_LINE =
      Pattern.compile(
          "(?im)^(\\s*(?:export\\s+)?[A-Z0-9_]{0,60}(?:KEY|SECRET|TOKEN|PASSWORD|PASSWD|CREDENTIAL)"
              + "[A-Z0-9_]{0,60}\\s*=[ \\t]*)\\S[^\\r\\n]*");

  /** A variable as {@code env} and {@code printenv} print it. */
  private static final Pattern PRINTED =
      Pattern.compile(
          "(?m)^((?:export |declare -x"
              + " )?[A-Z0-9_]{0,60}(?:KEY|SECRET|TOKEN|PASSWORD|PASSWD|CREDENTIAL)[A-Z0-9_]{0,60}=)[^\\s=][^\\r"
              + "\\n"
              + "]*");

  /** Shorter ones, and these, stand everywhere; to take them out would say what they are. */
  private static final int SHORTEST = 6;

  private static final Set<String> COMMON =
      Set.of(
          "secret",
          "password",
          "passwd",
          "changeme",
          "change-me",
          "postgres",
          "example",
          "default",
          "development",
          "production",
          "localhost");

  private static final Pattern ENV_FILE = Pattern.compile("(?:.*/)?\\.env(?:\\.[^/]+)?");
  private static final Pattern ENV_SAMPLE =
      Pattern.compile(".*\\.(?:example|sample|template|dist)");

  private Masking() {}

  /** A text of whatever origin. */
  static String text(String text) {
    String masked = KEYS.matcher(text).replaceAll(Matcher.quoteReplacement(MASK));
    masked = PRIVATE_KEY.matcher(masked).replaceAll("$1" + MASK);
    return URL_PASSWORD.matcher(masked).replaceAll("$1" + MASK);
  }

  /** What a command printed; the values of keys among the variables that it shows, too. */
  static String output(String output) {
    return text(PRINTED.matcher(output).replaceAll("$1" + MASK));
  }

  /** Whether a file holds environment variables in earnest. */
  static boolean isEnvironment(String path) {
    return ENV_FILE.matcher(path).matches() && !ENV_SAMPLE.matcher(path).matches();
  }

  /** The secrets in a file of environment variables, as programs see them. */
  static Set<String> values(String content) {
    Set<String> values = new HashSet<>();
    ENV_LINE
        .matcher(content)
        .results()
        .forEach(line -> add(values, line.group().substring(line.group(1).length())));
    URL_PASSWORD
        .matcher(content)
        .results()
        .forEach(url -> add(values, url.group().substring(url.group(1).length())));
    return values;
  }

  private static void add(Set<String> values, String value) {
    String plain = value.strip();
    boolean quoted = plain.matches("(?s)\"[^\"]*\".*|'[^']*'.*");
    plain =
        quoted
            ? plain.substring(1, plain.indexOf(plain.charAt(0), 1))
            : plain.replaceAll("\\s+#.*", "").strip();
    if (plain.length() >= SHORTEST && !COMMON.contains(plain.toLowerCase(Locale.ROOT))) {
      values.add(plain);
    }
  }

  /** A file's content; in files of environment variables the values of keys, too. */
  static String file(String path, String content) {
    return text(isEnvironment(path) ? ENV_LINE.matcher(content).replaceAll("$1" + MASK) : content);
  }
}
