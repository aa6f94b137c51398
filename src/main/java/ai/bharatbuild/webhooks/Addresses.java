package ai.bharatbuild.webhooks;

import ai.bharatbuild.net.AddressRange;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.List;
import java.util.stream.Stream;

/**
 * Which addresses are public: those that nobody but their owner can mean. Everything that could
 * lead into this machine, its network or its cloud's services is not.
 */
final class Addresses {
  /**
   * From the registry of special-purpose addresses (RFC 6890 and its updates), and one cloud's
   * service that lies among public ones.
   */
  private static final List<AddressRange> SPECIAL_IPV4 =
      ranges(
          "0.0.0.0/8",
          "10.0.0.0/8",
          "100.64.0.0/10",
          "127.0.0.0/8",
          "169.254.0.0/16",
          "172.16.0.0/12",
          "192.0.0.0/24",
          "192.0.2.0/24",
          "192.31.196.0/24",
          "192.52.193.0/24",
          "192.88.99.0/24",
          "192.168.0.0/16",
          "192.175.48.0/24",
          "198.18.0.0/15",
          "198.51.100.0/24",
          "203.0.113.0/24",
          "224.0.0.0/3",
          "168.63.129.16");

  /** What is given out for the internet; addresses that carry an IPv4 address lie outside. */
  private static final List<AddressRange> GLOBAL_IPV6 = ranges("2000::/3");

  /** Protocol assignments with Teredo, documentation twice, and 6to4, which carries IPv4 too. */
  private static final List<AddressRange> SPECIAL_IPV6 =
      ranges("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20");

  private Addresses() {}

  private static List<AddressRange> ranges(String... texts) {
    return Stream.of(texts).map(text -> AddressRange.parse(text).orElseThrow()).toList();
  }

  /** Whether something may be sent there. */
  static boolean isPublic(InetAddress address) {
    String text = address.getHostAddress();
    return address instanceof Inet4Address
        ? !in(SPECIAL_IPV4, text)
        : in(GLOBAL_IPV6, text) && !in(SPECIAL_IPV6, text);
  }

  private static boolean in(List<AddressRange> ranges, String address) {
    return ranges.stream().anyMatch(range -> range.contains(address));
  }
}
