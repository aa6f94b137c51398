package ai.bharatbuild.sandbox;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * IPv4 addresses that share their first bits.
 *
 * @param base the lowest address, as a number from 0 to 2^32 - 1
 * @param prefix how many bits they share, 0 to 32
 */
public record Ipv4Range(long base, int prefix) {
  private static final int BITS = 32;
  private static final Pattern FORM =
      Pattern.compile("(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})(?:/(\\d{1,2}))?");

  public Ipv4Range {
    if (prefix < 0 || prefix > BITS || base < 0 || base > 0xFFFF_FFFFL) {
      throw new IllegalArgumentException(base + "/" + prefix);
    }
  }

  /**
   * Reads {@code 10.1.0.0/16} or a plain address; empty for anything else, leading zeros included,
   * which some programs read as octal. Bits behind the prefix are kept; see {@link #isExact()}.
   */
  public static Optional<Ipv4Range> parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    long base = 0;
    for (int i = 1; i <= 4; i++) {
      String part = matcher.group(i);
      if (Integer.parseInt(part) > 255 || (part.length() > 1 && part.startsWith("0"))) {
        return Optional.empty();
      }
      base = base << 8 | Integer.parseInt(part);
    }
    int prefix = matcher.group(5) == null ? BITS : Integer.parseInt(matcher.group(5));
    return prefix > BITS ? Optional.empty() : Optional.of(new Ipv4Range(base, prefix));
  }

  /** For texts known to be right; fails on others. */
  @JsonCreator
  public static Ipv4Range of(String text) {
    return parse(text).orElseThrow(() -> new IllegalArgumentException(text));
  }

  /** Whether no bit behind the prefix is set. */
  public boolean isExact() {
    return base == (base & mask());
  }

  /** The same range from its lowest address. */
  public Ipv4Range exact() {
    return new Ipv4Range(base & mask(), prefix);
  }

  public boolean overlaps(Ipv4Range other) {
    long common = mask() & other.mask();
    return (base & common) == (other.base & common);
  }

  private long mask() {
    return prefix == 0 ? 0 : 0xFFFF_FFFFL << (BITS - prefix) & 0xFFFF_FFFFL;
  }

  /** As {@code 10.1.0.0/16}; a single address without its prefix. */
  @JsonValue
  @Override
  public String toString() {
    String address =
        (base >> 24) + "." + (base >> 16 & 255) + "." + (base >> 8 & 255) + "." + (base & 255);
    return prefix == BITS ? address : address + "/" + prefix;
  }
}
