package ai.bharatbuild.preview;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.regex.Pattern;

/** Knows the API's own credentials, which a client may send to a preview by mistake. */
final class ApiToken {
  private static final Pattern ISSUED_HERE = Pattern.compile("\"iss\"\\s*:\\s*\"bharatbuild\"");
  private static final Pattern KEY = Pattern.compile("bb_[A-Za-z0-9_-]{16,}");

  private ApiToken() {}

  /** Whether a header {@code Authorization} holds a key or an access token of the API. */
  static boolean isIn(String header) {
    String value = header.strip();
    int space = value.indexOf(' ');
    String scheme = space < 0 ? "" : value.substring(0, space).toLowerCase(Locale.ROOT);
    String credentials = value.substring(space + 1).strip();
    return switch (scheme) {
      case "basic" -> KEY.matcher(decoded(credentials)).find();
      default -> KEY.matcher(credentials).find() || isToken(credentials);
    };
  }

  /** By who says to have issued it; whether that is true makes no difference here. */
  private static boolean isToken(String token) {
    String[] parts = token.split("\\.", -1);
    return parts.length == 3 && ISSUED_HERE.matcher(decoded(parts[1])).find();
  }

  private static String decoded(String text) {
    try {
      String plain = text.replace('+', '-').replace('/', '_').replace("=", "");
      return new String(Base64.getUrlDecoder().decode(plain), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return "";
    }
  }
}
