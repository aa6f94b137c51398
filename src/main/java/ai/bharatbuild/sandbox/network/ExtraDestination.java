package ai.bharatbuild.sandbox.network;

import ai.bharatbuild.sandbox.Ipv4Range;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A destination that the operator opens to all sandboxes with egress, such as a package registry in
 * a private network. One of the host's own addresses is opened only together with a port.
 *
 * @param host a name, or null
 * @param range addresses, or null
 * @param port TCP and UDP port; 0 for all
 */
public record ExtraDestination(String host, Ipv4Range range, int port) {
  private static final Pattern FORM = Pattern.compile("([A-Za-z0-9._/-]+?)(?::(\\d{1,5}))?");

  /**
   * Reads {@code 10.1.0.0/16}, {@code 10.1.2.3:3128} or {@code proxy.example:3128}; empty for
   * anything else.
   */
  public static Optional<ExtraDestination> parse(String text) {
    Matcher matcher = FORM.matcher(text);
    int port =
        matcher.matches() && matcher.group(2) != null ? Integer.parseInt(matcher.group(2)) : 0;
    if (!matcher.matches() || port > 65_535 || (matcher.group(2) != null && port == 0)) {
      return Optional.empty();
    }
    String place = matcher.group(1);
    Optional<Ipv4Range> range = Ipv4Range.parse(place);
    if (range.isPresent()) {
      return range.map(found -> new ExtraDestination(null, found.exact(), port));
    }
    return place.matches("[A-Za-z0-9.-]*[A-Za-z][A-Za-z0-9-]*")
        ? Optional.of(new ExtraDestination(place.toLowerCase(java.util.Locale.ROOT), null, port))
        : Optional.empty();
  }

  /** The proxies that an environment names; what cannot be read is left out. */
  public static List<ExtraDestination> proxies(Map<String, String> environment) {
    List<ExtraDestination> found = new ArrayList<>();
    for (String name : List.of("https_proxy", "HTTPS_PROXY", "http_proxy", "HTTP_PROXY")) {
      try {
        URI proxy = URI.create(environment.getOrDefault(name, ""));
        if (proxy.getHost() != null && proxy.getPort() > 0) {
          parse(proxy.getHost() + ":" + proxy.getPort())
              .filter(known -> !found.contains(known))
              .ifPresent(found::add);
        }
      } catch (IllegalArgumentException e) {
        // Not ours to complain of; whoever uses the proxy will.
        continue;
      }
    }
    return found;
  }
}
