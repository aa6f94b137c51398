package ai.bharatbuild.preview;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a preview's host name says: {@code <id>.<suffix>} or {@code <id>--<port>.<suffix>}. An id
 * holds no double hyphen, so the two cannot be confused.
 *
 * @param port the port asked for, or null for the one that is found by itself
 */
record PreviewHost(String id, Integer port) {
  private static final Pattern ID = Pattern.compile("[a-z0-9]+(-[a-z0-9]+)*");
  private static final int MAX_ID = 48;
  private static final Pattern PORT = Pattern.compile("[1-9][0-9]{0,4}");
  private static final int MAX_PORT = 65_535;

  /** Whether the host is the suffix or below it, and so never the API's. */
  static boolean isUnder(String suffix, String host) {
    String name = plain(host);
    return name.equals(suffix) || name.endsWith("." + suffix);
  }

  /** Empty unless the host is exactly one label before the suffix, and that label makes sense. */
  static Optional<PreviewHost> parse(String suffix, String host) {
    String name = plain(host);
    if (!name.endsWith("." + suffix)) {
      return Optional.empty();
    }
    String label = name.substring(0, name.length() - suffix.length() - 1);
    int mark = label.indexOf("--");
    if (mark < 0) {
      return isId(label) ? Optional.of(new PreviewHost(label, null)) : Optional.empty();
    }
    String id = label.substring(0, mark);
    Integer port = port(label.substring(mark + 2));
    return isId(id) && port != null ? Optional.of(new PreviewHost(id, port)) : Optional.empty();
  }

  static boolean isId(String text) {
    return text.length() <= MAX_ID && ID.matcher(text).matches();
  }

  /** The port that a decimal number from 1 to 65535 names, or null. */
  static Integer port(String text) {
    if (!PORT.matcher(text).matches()) {
      return null;
    }
    int port = Integer.parseInt(text);
    return port <= MAX_PORT ? port : null;
  }

  /** Host names have no case, and a final dot only says that they are complete. */
  private static String plain(String host) {
    String name = host.toLowerCase(Locale.ROOT);
    return name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
  }
}
