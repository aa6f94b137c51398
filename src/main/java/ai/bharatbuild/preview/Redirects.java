package ai.bharatbuild.preview;

import ai.bharatbuild.preview.PreviewTargets.Target;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Brings an app's redirects to its own address back to the preview. An app names itself by the
 * sandbox's address, or by a loopback name with the port it listens on; neither means anything to
 * the browser.
 *
 * @param origin the origin that the browser sees, without a slash at the end
 */
record Redirects(String origin, PreviewHost host, Target target, PreviewUrls urls) {
  private static final Pattern ABSOLUTE =
      Pattern.compile(
          "(?:http:)?//([^/?#:@\\[\\]\\\\]+|\\[[0-9a-f:.]+])(?::([0-9]*))?([/?#].*)?",
          Pattern.CASE_INSENSITIVE);
  private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "0.0.0.0", "[::1]");

  String rewritten(String location) {
    Matcher parts = ABSOLUTE.matcher(location);
    if (!parts.matches()) {
      return location;
    }
    String name = parts.group(1).toLowerCase(Locale.ROOT);
    Integer port = port(parts.group(2));
    String rest = parts.group(3) == null ? "" : parts.group(3);
    boolean own = name.equals(target.host()) || name.equals("[" + target.host() + "]");
    if (port == null || !own && !LOOPBACK.contains(name)) {
      return location;
    }
    if (port == target.port()) {
      return origin + rest;
    }
    // Another port of the sandbox's address is its own preview; of a loopback name it may be meant
    // for the user's machine.
    return own ? urls.origin(host.id(), port) + rest : location;
  }

  private static Integer port(String text) {
    return text == null || text.isEmpty() ? Integer.valueOf(80) : PreviewHost.port(text);
  }
}
