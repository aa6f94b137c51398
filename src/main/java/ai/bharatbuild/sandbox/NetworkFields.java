package ai.bharatbuild.sandbox;

import ai.bharatbuild.http.Fields;
import ai.bharatbuild.sandbox.NetworkPolicy.Destination;
import ai.bharatbuild.sandbox.NetworkPolicy.Mode;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads {@code network} and {@code network_allow}; what is wrong is noted in the fields. */
final class NetworkFields {
  private static final String ALLOW = "network_allow";
  private static final int MAX_DESTINATIONS = 64;
  private static final int MAX_PORTS = 16;
  private static final int SHORTEST_PREFIX = 8;
  private static final Pattern HOST =
      Pattern.compile(
          "(?=.{1,253}$)([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?\\.)*[a-z]([a-z0-9-]{0,61}[a-z0-9])?");
  private static final List<Ipv4Range> NEVER =
      List.of(
          Ipv4Range.of("0.0.0.0/8"),
          Ipv4Range.of("127.0.0.0/8"),
          Ipv4Range.of("169.254.0.0/16"),
          Ipv4Range.of("224.0.0.0/3"));

  private NetworkFields() {}

  static NetworkPolicy read(Fields fields, Mode mode) {
    List<Fields> entries = fields.objects(ALLOW);
    int count = entries == null ? 0 : entries.size();
    if (mode != Mode.ALLOW) {
      if (count > 0) {
        fields.error(ALLOW, "is only for network \"allow\"", "value_error");
      }
      return mode == Mode.NONE ? NetworkPolicy.NONE : NetworkPolicy.EGRESS;
    }
    if (count == 0 || count > MAX_DESTINATIONS) {
      fields.error(
          ALLOW,
          "must name 1 to %d destinations; to cut the sandbox off use network \"none\""
              .formatted(MAX_DESTINATIONS),
          "length");
      return NetworkPolicy.NONE;
    }
    return new NetworkPolicy(mode, entries.stream().map(NetworkFields::destination).toList());
  }

  private static Destination destination(Fields fields) {
    List<Integer> ports = ports(fields);
    if (fields.has("host") == fields.has("cidr")) {
      fields.error("host", "or cidr is needed, and only one of them", "value_error");
      return new Destination(null, null, ports);
    }
    return fields.has("host")
        ? new Destination(host(fields), null, ports)
        : new Destination(null, range(fields), ports);
  }

  private static String host(Fields fields) {
    String given = fields.text("host", 1, 253);
    String host = given == null ? null : given.toLowerCase(Locale.ROOT);
    if (host == null) {
      return null;
    }
    if (!HOST.matcher(host).matches()) {
      fields.error(
          "host",
          "must be a host name without wildcards, IDNs as xn--; addresses go into cidr",
          "value_error");
    } else if (host.equals("localhost") || host.endsWith(".localhost") || host.equals("sandbox")) {
      fields.error("host", "must not be the sandbox itself", "value_error");
    }
    return host;
  }

  private static Ipv4Range range(Fields fields) {
    String text = fields.text("cidr", 1, 50);
    Optional<Ipv4Range> range = text == null ? Optional.empty() : Ipv4Range.parse(text);
    if (text != null && range.isEmpty()) {
      fields.error(
          "cidr",
          "must be an IPv4 address or range such as 10.1.0.0/16; sandboxes have no IPv6",
          "value_error");
    }
    range.ifPresent(found -> check(fields, found));
    return range.orElse(null);
  }

  private static void check(Fields fields, Ipv4Range range) {
    if (!range.isExact()) {
      fields.error(
          "cidr", "has bits behind its prefix; did you mean " + range.exact() + "?", "value_error");
    } else if (range.prefix() < SHORTEST_PREFIX) {
      fields.error(
          "cidr", "must have a prefix of 8 or more; use network \"egress\" for all", "range");
    } else if (NEVER.stream().anyMatch(range::overlaps)) {
      fields.error(
          "cidr",
          "cannot be allowed: loopback, link-local, metadata and multicast addresses are always"
              + " blocked",
          "value_error");
    }
  }

  private static List<Integer> ports(Fields fields) {
    JsonNode node = fields.raw("ports");
    List<Integer> ports = new ArrayList<>();
    if (node == null) {
      return ports;
    }
    boolean fine = node.isArray() && node.size() <= MAX_PORTS;
    for (JsonNode port : node) {
      fine &= port.isInt() && port.intValue() >= 1 && port.intValue() <= 65_535;
      fine &= !ports.contains(port.intValue());
      ports.add(port.intValue());
    }
    if (!fine) {
      fields.error("ports", "must be at most 16 different ports from 1 to 65535", "value_error");
    }
    return ports;
  }
}
