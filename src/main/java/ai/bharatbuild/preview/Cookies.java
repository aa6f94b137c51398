package ai.bharatbuild.preview;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.StringJoiner;
import java.util.regex.Pattern;

/**
 * Keeps the API's cookies and the apps' apart. Names that begin with {@code bb_} are the API's: an
 * app never sees them and cannot set them. The prefixes that browsers give a meaning to ({@code
 * __Host-}, {@code __Secure-}) do not count as a different name, and neither does case.
 */
final class Cookies {
  private static final Pattern RESERVED =
      Pattern.compile("[\\s=]*(__(host|secure|http|host-http)-)?bb_.*", Pattern.DOTALL);

  private Cookies() {}

  /** Leaves the app's own cookies in the request. */
  static void cleanRequest(MultiMap headers) {
    List<String> all = headers.getAll(HttpHeaders.COOKIE);
    if (all.isEmpty()) {
      return;
    }
    StringJoiner kept = new StringJoiner("; ");
    for (String header : all) {
      for (String pair : header.split(";")) {
        if (!pair.isBlank() && !isReserved(pair)) {
          kept.add(pair.strip());
        }
      }
    }
    headers.remove(HttpHeaders.COOKIE);
    if (kept.length() > 0) {
      headers.set(HttpHeaders.COOKIE, kept.toString());
    }
  }

  /** Drops reserved cookies, and {@code Domain}, so that no other preview gets what is set. */
  static void cleanResponse(MultiMap headers) {
    List<String> all = headers.getAll(HttpHeaders.SET_COOKIE);
    if (!all.isEmpty()) {
      List<String> kept = all.stream().map(Cookies::cleaned).filter(Objects::nonNull).toList();
      headers.remove(HttpHeaders.SET_COOKIE);
      kept.forEach(cookie -> headers.add(HttpHeaders.SET_COOKIE, cookie));
    }
  }

  private static String cleaned(String cookie) {
    String[] parts = cookie.split(";", -1);
    if (isReserved(parts[0])) {
      return null;
    }
    StringJoiner kept = new StringJoiner(";");
    kept.add(parts[0]);
    for (int i = 1; i < parts.length; i++) {
      String name = parts[i].split("=", 2)[0].strip();
      if (!name.equalsIgnoreCase("domain")) {
        kept.add(parts[i]);
      }
    }
    return kept.toString();
  }

  /**
   * A cookie without a name is sent back as its value alone, so that the value {@code bb_x=1} would
   * come back looking like a cookie of that name; hence equals signs in front do not help.
   */
  private static boolean isReserved(String pair) {
    return RESERVED.matcher(pair.toLowerCase(Locale.ROOT)).matches();
  }
}
