package ai.bharatbuild.sandbox.network;

import ai.bharatbuild.sandbox.Ipv4Range;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** What the firewall wants to know of the machine, and the one switch it sets. Methods block. */
final class Host {
  private static final Path RESOLVERS = Path.of("/etc/resolv.conf");
  private static final Path BEHIND_SYSTEMD = Path.of("/run/systemd/resolve/resolv.conf");
  private static final Path INTERFACES = Path.of("/sys/class/net");
  private static final Path BRIDGE_FILTER = Path.of("/proc/sys/net/bridge");

  private Host() {}

  /** Whether the interface is on this machine; that of an engine elsewhere is not. */
  static boolean has(String bridge) {
    return Files.isDirectory(INTERFACES.resolve(bridge));
  }

  /**
   * Makes packets between two ports of the bridge pass the rules, too, as the engine also wants.
   *
   * @throws IOException when the kernel cannot
   */
  static void filter(String bridge) throws IOException {
    if (!Files.isDirectory(BRIDGE_FILTER)) {
      throw new IOException("the kernel module br_netfilter is not loaded; modprobe br_netfilter");
    }
    for (String name : List.of("nf_call_iptables", "nf_call_ip6tables")) {
      Path own = INTERFACES.resolve(bridge).resolve("bridge").resolve(name);
      if (!Files.readString(own).strip().equals("1")) {
        Files.writeString(own, "1");
      }
    }
  }

  /**
   * The DNS servers that the engine passes sandboxes' questions on to from within their network.
   * One on the host's loopback address is asked by the engine itself and needs no rule.
   */
  static Set<String> resolvers() throws IOException {
    Set<String> found = nameservers(RESOLVERS);
    if (found.stream().allMatch(address -> address.startsWith("127."))
        && Files.exists(BEHIND_SYSTEMD)) {
      found = nameservers(BEHIND_SYSTEMD);
    }
    found.removeIf(address -> address.startsWith("127."));
    return found;
  }

  private static Set<String> nameservers(Path file) throws IOException {
    Set<String> found = new TreeSet<>();
    if (Files.exists(file)) {
      for (String line : Files.readAllLines(file)) {
        String[] words = line.strip().split("\\s+");
        if (words.length > 1
            && words[0].equals("nameserver")
            && Ipv4Range.parse(words[1]).filter(range -> range.prefix() == 32).isPresent()) {
          found.add(words[1]);
        }
      }
    }
    return found;
  }
}
