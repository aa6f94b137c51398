package ai.bharatbuild.sandbox.docker;

import ai.bharatbuild.sandbox.Ipv4Range;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;

/**
 * The upper half of a network's addresses, which the engine does not come to: it gives the lowest
 * that is free. Each address is given to one sandbox at a time, and again as late as possible.
 * Thread-safe.
 */
final class AddressPool {
  /** With fewer bits the two halves would be too small to be told apart for long. */
  private static final int LONGEST_PREFIX = 26;

  private final long first;
  private final int size;
  private final Set<String> taken = new HashSet<>();
  private int next;

  AddressPool(Ipv4Range subnet) {
    long all = 1L << 32 - subnet.prefix();
    this.first = subnet.base() + all / 2;
    // The last one is the broadcast address.
    this.size = (int) Math.min(all / 2 - 1, Integer.MAX_VALUE);
  }

  static boolean fits(Ipv4Range subnet) {
    return subnet.prefix() <= LONGEST_PREFIX;
  }

  /** An address that nobody has, or null when there is none left. */
  synchronized String take() {
    for (int i = 0; i < size; i++) {
      String address = new Ipv4Range(first + next, 32).toString();
      next = (next + 1) % size;
      if (taken.add(address)) {
        return address;
      }
    }
    return null;
  }

  /** Somebody has these already. */
  synchronized void reserve(Collection<String> addresses) {
    taken.addAll(addresses);
  }

  synchronized void give(String address) {
    taken.remove(address);
  }
}
