package ai.bharatbuild.sandbox.network;

import ai.bharatbuild.sandbox.linux.Netlink;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Elements that are added to sets of one nftables table, or taken from them, all in one transaction
 * or none: the bytes of the messages by which the program {@code nft} does the same. Numbers and
 * names are those of {@code linux/netfilter/nf_tables.h}. For one use.
 */
final class ElementBatch {
  private static final int BATCH_BEGIN = 0x10;
  private static final int BATCH_END = 0x11;
  private static final int NEW_ELEMENT = 10 << 8 | 12;
  private static final int DELETE_ELEMENT = 10 << 8 | 14;
  private static final int REQUEST = 1;
  private static final int ACKNOWLEDGE = 4;
  private static final int EXCLUSIVE = 0x200;
  private static final int CREATE = 0x400;

  private static final byte UNSPECIFIED = 0;
  private static final byte INET = 1;

  /** NFTA_SET_ELEM_LIST_*. */
  private static final int TABLE = 1;

  private static final int SET = 2;
  private static final int ELEMENTS = 3;

  private static final int LIST_ELEMENT = 1;

  /** NFTA_SET_ELEM_*. */
  private static final int KEY = 1;

  private static final int DATA = 2;

  /** NFTA_DATA_*, and NFTA_VERDICT_* within the second. */
  private static final int VALUE = 1;

  private static final int VERDICT = 2;
  private static final int CODE = 1;
  private static final int CHAIN = 2;
  private static final int GOTO = -4;

  private static final int NESTED = 0x8000;
  private static final int MOST_BYTES = 4096;

  private final ByteBuffer bytes = ByteBuffer.allocate(MOST_BYTES).order(ByteOrder.nativeOrder());
  private final String table;
  private final int message;
  private final int flags;
  private int changes;

  private ElementBatch(String table, int message, int flags) {
    this.table = table;
    this.message = message;
    this.flags = REQUEST | ACKNOWLEDGE | flags;
    plain(BATCH_BEGIN);
  }

  /** Elements that must not be there yet. */
  static ElementBatch adding(String table) {
    return new ElementBatch(table, NEW_ELEMENT, CREATE | EXCLUSIVE);
  }

  /** Elements that must be there; what they map to is not looked at. */
  static ElementBatch deleting(String table) {
    return new ElementBatch(table, DELETE_ELEMENT, 0);
  }

  /** An element of a set. */
  ElementBatch element(String set, byte[] key) {
    return element(set, key, () -> {});
  }

  /** An element of a map to a value. */
  ElementBatch element(String map, byte[] key, byte[] value) {
    return element(map, key, () -> nested(DATA, () -> attribute(VALUE, value)));
  }

  /** An element of a map to a verdict, which is to go on in a chain. */
  ElementBatch goingTo(String map, byte[] key, String chain) {
    byte[] code = ByteBuffer.allocate(4).putInt(GOTO).array();
    return element(
        map,
        key,
        () ->
            nested(
                DATA,
                () ->
                    nested(
                        VERDICT,
                        () -> {
                          attribute(CODE, code);
                          attribute(CHAIN, text(chain));
                        })));
  }

  private ElementBatch element(String set, byte[] key, Runnable data) {
    int start = begin(message, flags, INET, 0);
    attribute(TABLE, text(table));
    attribute(SET, text(set));
    nested(
        ELEMENTS,
        () ->
            nested(
                LIST_ELEMENT,
                () -> {
                  nested(KEY, () -> attribute(VALUE, key));
                  data.run();
                }));
    end(start);
    changes++;
    return this;
  }

  /**
   * Carries out all of it, or nothing.
   *
   * @throws IOException when the kernel refuses it or does not answer
   */
  void commit() throws IOException {
    plain(BATCH_END);
    Netlink.exchange(Netlink.NETFILTER, bytes.flip(), changes);
  }

  /** Begins or ends the transaction; names the subsystem. */
  private void plain(int type) {
    end(begin(type, REQUEST, UNSPECIFIED, 10));
  }

  private int begin(int type, int how, byte family, int resource) {
    int start = bytes.position();
    bytes.putInt(0).putShort((short) type).putShort((short) how).putInt(changes).putInt(0);
    // In network order, whatever the machine's.
    bytes.put(family).put((byte) 0).put((byte) (resource >> 8)).put((byte) resource);
    return start;
  }

  private void end(int start) {
    bytes.putInt(start, bytes.position() - start);
  }

  private void attribute(int type, byte[] value) {
    bytes.putShort((short) (4 + value.length)).putShort((short) type).put(value);
    pad();
  }

  private void nested(int type, Runnable content) {
    int start = bytes.position();
    bytes.putShort((short) 0).putShort((short) (type | NESTED));
    content.run();
    bytes.putShort(start, (short) (bytes.position() - start));
  }

  private void pad() {
    while (bytes.position() % 4 != 0) {
      bytes.put((byte) 0);
    }
  }

  private static byte[] text(String name) {
    return (name + '\0').getBytes(StandardCharsets.US_ASCII);
  }
}
