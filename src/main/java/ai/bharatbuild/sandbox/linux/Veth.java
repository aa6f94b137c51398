package ai.bharatbuild.sandbox.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.invoke.MethodHandle;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A cable between a network namespace and a bridge of this machine: a pair of interfaces, of which
 * one is {@code eth0} there and the other a port of the bridge here that passes nothing to other
 * such ports. It goes with the namespace. Methods block for milliseconds.
 *
 * @param name of the end on this machine, which no other may have; at most 15 characters
 * @param bridge the bridge's name
 * @param address IPv4 address of the other end
 * @param prefix how many bits of it are the network's
 * @param gateway where the route to everywhere else leads
 */
public record Veth(String name, String bridge, String address, int prefix, String gateway) {
  private static final Path INTERFACES = Path.of("/sys/class/net");
  private static final String INSIDE = "eth0";

  /** IFLA_*. */
  private static final int HARDWARE_ADDRESS = 1;

  private static final int NAME = 3;
  private static final int MTU = 4;
  private static final int MASTER = 10;
  private static final int INFO = 18;
  private static final int NAMESPACE = 28;

  /** IFLA_INFO_*. */
  private static final int KIND = 1;

  private static final int DATA = 2;
  private static final int PORT_KIND = 4;
  private static final int PORT_DATA = 5;

  private static final int PEER = 1;
  private static final int ISOLATED = 33;

  /** IFA_* and RTA_*. */
  private static final int IFA_ADDRESS = 1;

  private static final int IFA_LOCAL = 2;
  private static final int IFA_BROADCAST = 4;
  private static final int OUT_INTERFACE = 4;
  private static final int GATEWAY = 5;

  private static final MethodHandle INDEX =
      Linker.nativeLinker()
          .downcallHandle(
              Linker.nativeLinker().defaultLookup().findOrThrow("if_nametoindex"),
              FunctionDescriptor.of(JAVA_INT, ADDRESS));

  /** Whether there is an interface of that name on this machine. */
  public static boolean exists(String name) {
    return Files.isDirectory(INTERFACES.resolve(name));
  }

  /**
   * Finds out whether this process can lay cables at all, with one in a new namespace.
   *
   * @throws IOException when it cannot
   */
  public static void check() throws IOException {
    NetworkNamespace.withinNew(
        () -> {
          try (NetworkNamespace other = NetworkNamespace.ofThread()) {
            RouteBatch batch = new RouteBatch();
            batch.link(
                RouteBatch.NEW_LINK,
                RouteBatch.CREATE,
                () -> {
                  batch.text(NAME, "outside");
                  pair(batch, () -> batch.text(NAME, INSIDE), other);
                });
            batch.commit();
          }
        });
  }

  /**
   * Lays the cable; one of the same name is taken away before.
   *
   * @param to where it leads; there is no {@code eth0} yet
   * @throws IOException when it cannot be laid; nothing is left of it
   */
  public void connect(NetworkNamespace to) throws IOException {
    remove();
    int port = number(bridge, "ifindex");
    int mtu = number(bridge, "mtu");
    try {
      outside(to, port, mtu).commit();
      to.within(() -> inside().commit());
    } catch (IOException e) {
      remove();
      throw e;
    }
  }

  /** Puts a cable that is there into the bridge, which is another than before. */
  public void plug() throws IOException {
    if (exists(name)) {
      int port = number(bridge, "ifindex");
      RouteBatch batch = new RouteBatch();
      batch.link(
          RouteBatch.NEW_LINK,
          0,
          () -> {
            batch.text(NAME, name);
            batch.number(MASTER, port);
          });
      isolated(batch).commit();
    }
  }

  /** Takes the cable away where it is there. */
  public void remove() throws IOException {
    if (exists(name)) {
      RouteBatch batch = new RouteBatch();
      batch.link(RouteBatch.DELETE_LINK, 0, () -> batch.text(NAME, name));
      try {
        batch.commit();
      } catch (IOException e) {
        // It may have gone with its namespace at the same moment.
        if (exists(name)) {
          throw e;
        }
      }
    }
  }

  private RouteBatch outside(NetworkNamespace to, int port, int mtu) {
    RouteBatch batch = new RouteBatch();
    batch.link(
        RouteBatch.NEW_LINK,
        RouteBatch.CREATE,
        () -> {
          batch.text(NAME, name);
          batch.number(MTU, mtu);
          batch.number(MASTER, port);
          pair(
              batch,
              () -> {
                batch.text(NAME, INSIDE);
                batch.number(MTU, mtu);
                batch.value(HARDWARE_ADDRESS, hardwareAddress());
              },
              to);
        });
    return isolated(batch);
  }

  /** Of a port of a bridge. */
  private RouteBatch isolated(RouteBatch batch) {
    return batch.link(
        RouteBatch.NEW_LINK,
        0,
        () -> {
          batch.text(NAME, name);
          batch.nested(
              INFO,
              () -> {
                batch.text(PORT_KIND, "bridge");
                batch.nested(PORT_DATA, () -> batch.flag(ISOLATED));
              });
        });
  }

  private static void pair(RouteBatch batch, Runnable peer, NetworkNamespace to) {
    batch.nested(
        INFO,
        () -> {
          batch.text(KIND, "veth");
          batch.nested(
              DATA,
              () ->
                  batch.nested(
                      PEER,
                      () -> {
                        batch.plainInterface();
                        peer.run();
                        batch.number(NAMESPACE, to.descriptor());
                      }));
        });
  }

  /** Called in the other namespace. */
  private RouteBatch inside() throws IOException {
    int index = index();
    byte[] own = bytes(address);
    RouteBatch batch = new RouteBatch();
    return batch
        // Not earlier, because a pair is none yet while its second half is made.
        .link(RouteBatch.NEW_LINK, 0, () -> batch.text(NAME, INSIDE))
        .address(
            RouteBatch.CREATE,
            index,
            prefix,
            () -> {
              batch.value(IFA_LOCAL, own);
              batch.value(IFA_ADDRESS, own);
              batch.value(IFA_BROADCAST, broadcast(own));
            })
        .defaultRoute(
            RouteBatch.CREATE,
            () -> {
              batch.value(GATEWAY, bytes(gateway));
              batch.number(OUT_INTERFACE, index);
            });
  }

  /** From the address, so that who knew the last holder of the address finds this one. */
  private byte[] hardwareAddress() {
    return ByteBuffer.allocate(6).put((byte) 0x02).put((byte) 0x42).put(bytes(address)).array();
  }

  private byte[] broadcast(byte[] own) {
    int others = (int) (0xFFFF_FFFFL >>> prefix);
    return ByteBuffer.allocate(4).putInt(ByteBuffer.wrap(own).getInt() | others).array();
  }

  private static byte[] bytes(String address) {
    return InetAddress.ofLiteral(address).getAddress();
  }

  private static int number(String link, String what) throws IOException {
    return Integer.parseInt(Files.readString(INTERFACES.resolve(link).resolve(what)).strip());
  }

  private static int index() throws IOException {
    int index;
    try (Arena arena = Arena.ofConfined()) {
      index = (int) INDEX.invokeExact(arena.allocateFrom(INSIDE));
    } catch (Throwable e) {
      throw new AssertionError("downcalls do not throw", e);
    }
    if (index == 0) {
      throw new IOException("the interface is not where it was put");
    }
    return index;
  }
}
