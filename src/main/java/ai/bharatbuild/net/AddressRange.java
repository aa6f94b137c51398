package ai.bharatbuild.net;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;

/**
 * IPv4 or IPv6 addresses that share their first bits. IPv4 addresses that are written as IPv6 ones
 * ({@code ::ffff:192.0.2.1}) are taken for what they are.
 *
 * @param bits of the lowest address, 4 or 16 bytes
 * @param prefix how many bits they share
 */
public record AddressRange(byte[] bits, int prefix) {
  /** Reads {@code 10.1.0.0/16}, {@code 2001:db8::/32} or a plain address; never a host name. */
  public static Optional<AddressRange> parse(String text) {
    int slash = text.indexOf('/');
    byte[] bits = bytes(slash < 0 ? text : text.substring(0, slash));
    if (bits == null) {
      return Optional.empty();
    }
    int most = bits.length * 8;
    String length = slash < 0 ? Integer.toString(most) : text.substring(slash + 1);
    if (!length.matches("0|[1-9]\\d{0,2}") || Integer.parseInt(length) > most) {
      return Optional.empty();
    }
    return Optional.of(new AddressRange(bits, Integer.parseInt(length)));
  }

  /** Whether an address, written as a number, is among them; nothing else is. */
  public boolean contains(String address) {
    byte[] other = bytes(address);
    if (other == null || other.length != bits.length) {
      return false;
    }
    int whole = prefix / 8;
    for (int i = 0; i < whole; i++) {
      if (bits[i] != other[i]) {
        return false;
      }
    }
    int rest = prefix % 8;
    return rest == 0 || (bits[whole] ^ other[whole]) >> (8 - rest) == 0;
  }

  /**
   * The part of an address that one party has to itself: all of an IPv4 address, the first 64 bits
   * of an IPv6 one, since every host can have as many of those as it likes.
   */
  public static String party(String address) {
    byte[] bits = bytes(address);
    if (bits == null || bits.length == 4) {
      return bits == null ? address : NetUtil.bytesToIpAddress(bits);
    }
    for (int i = 8; i < bits.length; i++) {
      bits[i] = 0;
    }
    return NetUtil.bytesToIpAddress(bits) + "/64";
  }

  /** Null for what is no address. */
  private static byte[] bytes(String text) {
    int zone = text.indexOf('%');
    byte[] bits =
        NetUtil.createByteArrayFromIpAddressString(zone < 0 ? text : text.substring(0, zone));
    if (bits == null) {
      return null;
    }
    try {
      // Gives the four bytes of an IPv4 address that is written as an IPv6 one.
      return InetAddress.getByAddress(bits).getAddress();
    } catch (UnknownHostException e) {
      return null;
    }
  }
}
