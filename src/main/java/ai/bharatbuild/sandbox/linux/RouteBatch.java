package ai.bharatbuild.sandbox.linux;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Changes of interfaces, addresses and routes, which the kernel carries out one after another; the
 * first that it refuses is told, and those after it may have been done. Numbers and names are those
 * of {@code linux/rtnetlink.h}, {@code if_link.h} and {@code if_addr.h}. For one use.
 */
final class RouteBatch {
  static final int NEW_LINK = 16;
  static final int DELETE_LINK = 17;
  static final int NEW_ADDRESS = 20;
  static final int NEW_ROUTE = 24;

  /** Flags of messages. */
  static final int CREATE = 0x400 | 0x200;

  private static final int REQUEST = 1;
  private static final int ACKNOWLEDGE = 4;

  private static final int IFF_UP = 1;
  private static final int AF_INET = 2;
  private static final int RT_TABLE_MAIN = 254;
  private static final int RTPROT_STATIC = 4;
  private static final int RTN_UNICAST = 1;
  private static final int MOST_BYTES = 4096;

  private final ByteBuffer bytes = ByteBuffer.allocate(MOST_BYTES).order(ByteOrder.nativeOrder());
  private int messages;

  /** A message about an interface that its attributes name, and that is to be up. */
  RouteBatch link(int type, int flags, Runnable attributes) {
    return message(
        type,
        flags,
        () -> {
          bytes.putInt(0).putInt(0).putInt(IFF_UP).putInt(IFF_UP);
          attributes.run();
        });
  }

  /** What the kernel is to know of an interface by its attributes alone. */
  void plainInterface() {
    bytes.putInt(0).putInt(0).putInt(0).putInt(0);
  }

  /** A message about an address of an interface. */
  RouteBatch address(int flags, int index, int prefix, Runnable attributes) {
    return message(
        NEW_ADDRESS,
        flags,
        () -> {
          bytes.put((byte) AF_INET).put((byte) prefix).put((byte) 0).put((byte) 0).putInt(index);
          attributes.run();
        });
  }

  /** A message about the route to everywhere else. */
  RouteBatch defaultRoute(int flags, Runnable attributes) {
    return message(
        NEW_ROUTE,
        flags,
        () -> {
          bytes.put((byte) AF_INET).put((byte) 0).put((byte) 0).put((byte) 0);
          bytes.put((byte) RT_TABLE_MAIN).put((byte) RTPROT_STATIC).put((byte) 0);
          bytes.put((byte) RTN_UNICAST).putInt(0);
          attributes.run();
        });
  }

  private RouteBatch message(int type, int flags, Runnable content) {
    int start = bytes.position();
    bytes.putInt(0).putShort((short) type).putShort((short) (REQUEST | ACKNOWLEDGE | flags));
    bytes.putInt(messages).putInt(0);
    content.run();
    bytes.putInt(start, bytes.position() - start);
    messages++;
    return this;
  }

  void number(int type, int value) {
    bytes.putShort((short) 8).putShort((short) type).putInt(value);
  }

  void flag(int type) {
    value(type, new byte[] {1});
  }

  void text(int type, String value) {
    value(type, (value + '\0').getBytes(StandardCharsets.US_ASCII));
  }

  void value(int type, byte[] value) {
    bytes.putShort((short) (4 + value.length)).putShort((short) type).put(value);
    while (bytes.position() % 4 != 0) {
      bytes.put((byte) 0);
    }
  }

  void nested(int type, Runnable content) {
    int start = bytes.position();
    bytes.putShort((short) 0).putShort((short) type);
    content.run();
    bytes.putShort(start, (short) (bytes.position() - start));
  }

  /** Carries them out in the network namespace of the thread that calls. */
  void commit() throws IOException {
    Netlink.exchange(Netlink.ROUTE, bytes.flip(), messages);
  }
}
