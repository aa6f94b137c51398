package ai.bharatbuild.preview;

import io.vertx.core.http.HttpMethod;
import java.util.HexFormat;
import java.util.StringJoiner;

/**
 * The target of a request line, kept byte for byte. Bytes that a URI may not hold, which some
 * clients send all the same, arrive as one character each and are percent-encoded: passed on as
 * they are, they would be encoded a second time.
 */
final class RequestTarget {
  private static final HexFormat HEX = HexFormat.of().withUpperCase();
  private static final char LAST_ASCII = 0x7e;
  private static final char MAX_BYTE = 0xff;

  private RequestTarget() {}

  /** Whether it is a path and query, as origins are sent; {@code *} only with OPTIONS. */
  static boolean isOriginForm(HttpMethod method, String uri) {
    boolean form = uri.startsWith("/") || uri.equals("*") && method.equals(HttpMethod.OPTIONS);
    return form && uri.chars().allMatch(c -> c > ' ' && c != 0x7f && c <= MAX_BYTE);
  }

  static String encoded(String uri) {
    if (uri.chars().allMatch(c -> c <= LAST_ASCII)) {
      return uri;
    }
    StringBuilder text = new StringBuilder(uri.length() + 16);
    for (int i = 0; i < uri.length(); i++) {
      char c = uri.charAt(i);
      if (c <= LAST_ASCII) {
        text.append(c);
      } else {
        text.append('%').append(HEX.toHexDigits((byte) c));
      }
    }
    return text.toString();
  }

  /** The first value of the parameter, as it stands in the query, or null. */
  static String parameter(String query, String name) {
    for (String piece : query.split("&")) {
      if (isNamed(piece, name)) {
        return piece.length() == name.length() ? "" : piece.substring(name.length() + 1);
      }
    }
    return null;
  }

  /** The query without that parameter; everything else stays as it is. */
  static String without(String query, String name) {
    StringJoiner rest = new StringJoiner("&");
    for (String piece : query.split("&", -1)) {
      if (!isNamed(piece, name)) {
        rest.add(piece);
      }
    }
    return rest.toString();
  }

  private static boolean isNamed(String piece, String name) {
    return piece.equals(name) || piece.startsWith(name + "=");
  }
}
