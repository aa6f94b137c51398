package ai.bharatbuild.sandbox.network;

import ai.bharatbuild.sandbox.NetworkPolicy;
import ai.bharatbuild.sandbox.NetworkPolicy.Destination;
import ai.bharatbuild.sandbox.NetworkPolicy.Mode;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The text of the rules. The chains do this, for packets from the sandboxes' bridge:
 *
 * <ul>
 *   <li>{@code leaving} (forwarded): nothing to another sandbox of any server, nothing redirected
 *       to services of the host; connections once allowed go on; new ones are judged by the
 *       sandbox's policy; those of unknown addresses are refused.
 *   <li>{@code arriving} (to the host itself): only answers to connections that the host made.
 * </ul>
 *
 * Towards the bridge ({@code entering}) only answers are let through.
 */
final class Ruleset {
  /** Sets this on packets to the host that are allowed; scripts/engine.sh lets those pass. */
  private static final String PASS_MARK = "0xbb";

  private static final String EGRESS = "egress";
  private static final String NEVER = "0.0.0.0/8, 127.0.0.0/8, 169.254.0.0/16, 224.0.0.0/3";
  private static final String PRIVATE =
      "10.0.0.0/8, 100.64.0.0/10, 172.16.0.0/12, 192.0.0.0/24, 192.168.0.0/16, 198.18.0.0/15";

  private final String table;
  private final String bridge;
  private final List<ExtraDestination> also;

  Ruleset(NetworkSettings settings) {
    this.table = settings.table();
    this.bridge = settings.bridge();
    this.also = settings.also();
  }

  /** Removes the table, which must exist or be made in the same transaction. */
  String gone() {
    return "table inet " + table + "\ndelete table inet " + table + "\n";
  }

  /**
   * The whole table, in the place of the one before.
   *
   * @param addresses what a name resolves to
   * @param resolvers the DNS servers that the engine passes on to
   */
  String whole(
      Collection<Guest> guests,
      Function<String, Set<String>> addresses,
      Collection<String> resolvers) {
    Set<String> names = new TreeSet<>();
    guests.forEach(guest -> names.addAll(guest.policy().hosts()));
    also.stream().map(ExtraDestination::host).filter(host -> host != null).forEach(names::add);
    StringBuilder text = new StringBuilder(gone());
    text.append(
        SKELETON
            .replace("TABLE", table)
            .replace("BRIDGE", bridge)
            .replace("NEVER", NEVER)
            .replace("PRIVATE", PRIVATE));
    names.forEach(name -> text.append(nameSet(name, addresses.apply(name))));
    text.append(elements("resolvers", resolvers));
    also.forEach(extra -> text.append(extraRules(extra)));
    text.append(END.replace("TABLE", table).replace("PASS_MARK", PASS_MARK));
    guests.stream().filter(Guest::bound).forEach(guest -> text.append(guest(guest)));
    return text.toString();
  }

  /** What a sandbox adds to the table, where neither its address nor its handle is in it. */
  String added(Guest guest, Function<String, Set<String>> addresses) {
    StringBuilder text = new StringBuilder();
    guest.policy().hosts().forEach(name -> text.append(nameSet(name, addresses.apply(name))));
    return text.append(guest(guest)).toString();
  }

  /** Whether all that the table has of it is elements of sets that are always there. */
  static boolean onlyElements(Guest guest) {
    return guest.policy().mode() == Mode.EGRESS;
  }

  /** As {@link #added}, of one of {@link #onlyElements}. */
  ElementBatch addition(Guest guest) {
    byte[] address = address(guest);
    byte[] mark = mark(guest);
    return ElementBatch.adding(table)
        .element("open", address)
        .element("marks", address, mark)
        .element("live", join(address, mark))
        .goingTo("verdicts", address, EGRESS);
  }

  /** Takes back {@link #addition}. */
  ElementBatch removal(Guest guest) {
    byte[] address = address(guest);
    return ElementBatch.deleting(table)
        .element("verdicts", address)
        .element("live", join(address, mark(guest)))
        .element("marks", address)
        .element("open", address);
  }

  private static byte[] address(Guest guest) {
    return InetAddress.ofLiteral(guest.address()).getAddress();
  }

  /** In the machine's byte order, as the kernel has marks. */
  private static byte[] mark(Guest guest) {
    return ByteBuffer.allocate(4).order(ByteOrder.nativeOrder()).putInt(guest.mark()).array();
  }

  private static byte[] join(byte[] first, byte[] second) {
    return ByteBuffer.allocate(first.length + second.length).put(first).put(second).array();
  }

  private String guest(Guest guest) {
    NetworkPolicy policy = guest.policy();
    String chain = policy.mode() == Mode.EGRESS ? EGRESS : "allow_" + guest.mark();
    StringBuilder text = new StringBuilder();
    if (policy.mode() == Mode.ALLOW) {
      text.append(add("chain", chain, ""));
      text.append(rule(chain, "ip daddr @never goto refuse"));
      policy.allow().stream()
          .filter(to -> to.range() != null)
          .forEach(to -> text.append(rule(chain, to(to.range().toString(), to))));
      text.append(rule(chain, "ip daddr @inner goto refuse"));
      policy.allow().stream()
          .filter(to -> to.host() != null)
          .forEach(to -> text.append(rule(chain, to("@" + set(to.host()), to))));
      text.append(rule(chain, "goto refuse"));
    } else {
      text.append(add("element", "open", "{ " + guest.address() + " }"));
    }
    text.append(add("element", "marks", "{ " + guest.address() + " : " + guest.mark() + " }"));
    text.append(add("element", "live", "{ " + guest.address() + " . " + guest.mark() + " }"));
    return text.append(
            add("element", "verdicts", "{ " + guest.address() + " : goto " + chain + " }"))
        .toString();
  }

  private static String to(String place, Destination destination) {
    return "ip daddr " + place + ports(destination.ports()) + " accept";
  }

  private String extraRules(ExtraDestination extra) {
    String place = extra.host() == null ? extra.range().toString() : "@" + set(extra.host());
    List<Integer> ports = extra.port() == 0 ? List.of() : List.of(extra.port());
    String forwarded = rule("egress", "ip daddr " + place + ports(ports) + " accept");
    return extra.port() == 0
        ? forwarded
        : forwarded
            + rule(
                "arriving",
                "ip saddr @open ip daddr "
                    + place
                    + ports(ports)
                    + " meta mark set "
                    + PASS_MARK
                    + " accept");
  }

  private static String ports(List<Integer> ports) {
    return ports.isEmpty()
        ? ""
        : " meta l4proto { tcp, udp } th dport { "
            + ports.stream().map(String::valueOf).collect(Collectors.joining(", "))
            + " }";
  }

  private String nameSet(String name, Collection<String> addresses) {
    String set = set(name);
    return add("set", set, "{ type ipv4_addr; }") + elements(set, addresses);
  }

  private String elements(String set, Collection<String> addresses) {
    return addresses.isEmpty()
        ? ""
        : add("element", set, "{ " + String.join(", ", addresses) + " }");
  }

  private String rule(String chain, String rule) {
    return add("rule", chain, rule);
  }

  private String add(String what, String name, String rest) {
    return "add " + what + " inet " + table + " " + name + " " + rest + "\n";
  }

  /** Names may be longer than those of sets. */
  private static String set(String name) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(name.getBytes(StandardCharsets.UTF_8));
      return "n_" + HexFormat.of().formatHex(digest, 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static final String SKELETON =
      """
      table inet TABLE {
        map verdicts { type ipv4_addr : verdict; }
        map marks { type ipv4_addr : mark; }
        set live { type ipv4_addr . mark; }
        set open { type ipv4_addr; }
        set resolvers { type ipv4_addr; }
        set never { type ipv4_addr; flags interval; elements = { NEVER } }
        set inner { type ipv4_addr; flags interval; elements = { PRIVATE } }
        chain refuse {
          meta l4proto tcp reject with tcp reset
          reject with icmpx type admin-prohibited
        }
        chain egress {
          ip daddr @resolvers meta l4proto { tcp, udp } th dport 53 accept
        }
        chain arriving {
          meta nfproto ipv6 drop
          ct state established ct direction reply accept
          ct state related meta l4proto icmp accept
        }
        chain leaving {
          meta nfproto ipv6 drop
          oifname "bb-*" drop
          ip saddr . ct mark @live ct state established accept
          ip saddr . ct mark @live ct state related meta l4proto icmp accept
          ct status dnat goto refuse
          ct state != new drop
          ct mark set ip saddr map @marks
          ip saddr vmap @verdicts
          goto refuse
        }
        chain entering {
          ip daddr . ct mark @live ct state established accept
          ip daddr . ct mark @live ct state related meta l4proto icmp accept
          drop
        }
        chain onforward {
          type filter hook forward priority -5; policy accept;
          iifname "BRIDGE" jump leaving
          oifname "BRIDGE" jump entering
        }
        chain oninput {
          type filter hook input priority -5; policy accept;
          iifname "BRIDGE" jump arriving
        }
      }
      """;

  private static final String END =
      """
      add rule inet TABLE egress ip daddr @never goto refuse
      add rule inet TABLE egress ip daddr @inner goto refuse
      add rule inet TABLE egress accept
      add rule inet TABLE arriving ip saddr @open ip daddr @resolvers meta l4proto { tcp, udp } th dport 53 meta mark set PASS_MARK accept
      add rule inet TABLE arriving goto refuse
      """;
}
