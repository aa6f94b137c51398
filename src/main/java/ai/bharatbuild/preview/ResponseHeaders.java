package ai.bharatbuild.preview;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.StringJoiner;

/** Turns the headers that an app answered with into those that its client gets. */
final class ResponseHeaders {
  private static final String CSP = "Content-Security-Policy";
  private static final String FRAMES = "frame-ancestors";

  /**
   * Framing is the server's to decide. The rest would reach beyond the app: transport and
   * alternative addresses of a host that is not its own, cookies of neighbouring hosts, files of a
   * web server in front of this one.
   */
  private static final Set<String> UNWANTED =
      Set.of(
          "x-frame-options",
          "strict-transport-security",
          "public-key-pins",
          "clear-site-data",
          "alt-svc",
          "set-cookie2",
          "x-accel-redirect",
          "x-sendfile",
          "x-lighttpd-send-file");

  private ResponseHeaders() {}

  /** Changes the headers in place. */
  static void clean(MultiMap headers, String frameAncestors, Redirects redirects) {
    Headers.dropHopByHop(headers);
    Headers.dropIf(headers, name -> UNWANTED.contains(name) || name.startsWith("proxy-"));
    Cookies.cleanResponse(headers);
    frame(headers, frameAncestors);
    String location = headers.get(HttpHeaders.LOCATION);
    if (location != null) {
      headers.set(HttpHeaders.LOCATION, redirects.rewritten(location));
    }
  }

  /** Each policy applies, so ours can stand beside the app's once those do not speak of frames. */
  private static void frame(MultiMap headers, String frameAncestors) {
    List<String> policies = new ArrayList<>();
    for (String header : headers.getAll(CSP)) {
      for (String policy : header.split(",")) {
        String rest = withoutFrames(policy);
        if (!rest.isEmpty()) {
          policies.add(rest);
        }
      }
    }
    policies.add(FRAMES + " " + frameAncestors);
    headers.remove(CSP);
    policies.forEach(policy -> headers.add(CSP, policy));
  }

  private static String withoutFrames(String policy) {
    StringJoiner kept = new StringJoiner("; ");
    for (String directive : policy.split(";")) {
      String name = directive.strip().split("\\s", 2)[0].toLowerCase(Locale.ROOT);
      if (!name.isEmpty() && !name.equals(FRAMES)) {
        kept.add(directive.strip());
      }
    }
    return kept.toString();
  }
}
