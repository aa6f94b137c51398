package ai.bharatbuild.sandbox.linux;

import ai.bharatbuild.sandbox.Ipv4Range;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The DNS servers of this machine that sandboxes can ask, too.
 *
 * @param addresses in no order; none on a loopback address, which is another one in a sandbox
 * @param text a {@code resolv.conf} with these servers in their order, and the machine's own
 *     options and search list
 */
public record HostResolvers(Set<String> addresses, String text) {
  private static final Path FILE = Path.of("/etc/resolv.conf");

  /** Has the servers that systemd's own, which listens on a loopback address, asks in turn. */
  private static final Path BEHIND_SYSTEMD = Path.of("/run/systemd/resolve/resolv.conf");

  /** What the machine has now; blocks. */
  public static HostResolvers read() throws IOException {
    HostResolvers found = of(lines(FILE));
    return found.addresses().isEmpty() && Files.exists(BEHIND_SYSTEMD)
        ? of(lines(BEHIND_SYSTEMD))
        : found;
  }

  private static List<String> lines(Path file) throws IOException {
    return Files.exists(file) ? Files.readAllLines(file) : List.of();
  }

  static HostResolvers of(List<String> lines) {
    Set<String> addresses = new TreeSet<>();
    List<String> kept = new ArrayList<>();
    for (String line : lines) {
      String[] words = line.strip().split("\\s+");
      boolean more = words.length > 1;
      if (more && words[0].equals("nameserver") && reachable(words[1])) {
        addresses.add(words[1]);
        kept.add("nameserver " + words[1]);
      } else if (more && List.of("search", "domain", "options").contains(words[0])) {
        kept.add(String.join(" ", words));
      }
    }
    return new HostResolvers(
        Set.copyOf(addresses), kept.isEmpty() ? "" : String.join("\n", kept) + "\n");
  }

  private static boolean reachable(String address) {
    return !address.startsWith("127.")
        && Ipv4Range.parse(address).filter(range -> range.prefix() == 32).isPresent();
  }
}
