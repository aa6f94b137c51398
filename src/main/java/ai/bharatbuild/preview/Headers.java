package ai.bharatbuild.preview;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;

/** What holds for the headers of both directions. */
final class Headers {
  /** Headers that speak of one connection, not of the message (RFC 9110, 7.6.1). */
  private static final Set<String> HOP_BY_HOP =
      Set.of(
          "connection",
          "keep-alive",
          "proxy-connection",
          "proxy-authenticate",
          "proxy-authentication-info",
          "proxy-authorization",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade");

  private Headers() {}

  /** Drops what ends at this hop, and what {@code Connection} names as such. */
  static void dropHopByHop(MultiMap headers) {
    for (String listed : headers.getAll(HttpHeaders.CONNECTION)) {
      for (String name : listed.split(",")) {
        if (!name.isBlank()) {
          headers.remove(name.strip());
        }
      }
    }
    HOP_BY_HOP.forEach(headers::remove);
  }

  /** Drops by name; the predicate sees names in lower case. */
  static void dropIf(MultiMap headers, Predicate<String> unwanted) {
    for (String name : List.copyOf(headers.names())) {
      if (unwanted.test(name.toLowerCase(Locale.ROOT))) {
        headers.remove(name);
      }
    }
  }

  /** Whether a list such as that of {@code Connection} or {@code Upgrade} holds the token. */
  static boolean lists(MultiMap headers, CharSequence name, String token) {
    for (String listed : headers.getAll(name)) {
      for (String one : listed.split(",")) {
        if (one.strip().equalsIgnoreCase(token)) {
          return true;
        }
      }
    }
    return false;
  }
}
