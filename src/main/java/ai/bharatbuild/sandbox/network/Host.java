package ai.bharatbuild.sandbox.network;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What the firewall wants to know of the machine, and the one switch it sets. Methods block. */
final class Host {
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
}
