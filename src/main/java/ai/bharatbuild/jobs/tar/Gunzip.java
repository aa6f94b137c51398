package ai.bharatbuild.jobs.tar;

import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Decompresses gzip (RFC 1952) from pieces of any length, one or several members after each other.
 * Output is passed on in small pieces, so that its receiver can stop a bomb early. For one thread
 * at a time.
 */
final class Gunzip implements AutoCloseable {
  /** Takes what was decompressed; the array is used again afterwards. */
  interface Output {
    void accept(byte[] bytes, int offset, int length);
  }

  private static final int OUTPUT_BYTES = 64 << 10;
  private static final int HEADER_BYTES = 10;
  private static final int TRAILER_BYTES = 8;
  private static final int HAS_CRC = 2;
  private static final int HAS_EXTRA = 4;
  private static final int HAS_NAME = 8;
  private static final int HAS_COMMENT = 16;

  private enum State {
    HEADER,
    EXTRA_LENGTH,
    EXTRA,
    NAME,
    COMMENT,
    HEADER_CRC,
    BODY,
    TRAILER,
    AFTER
  }

  private final Output output;
  private final Inflater inflater = new Inflater(true);
  private final CRC32 crc = new CRC32();
  private final byte[] buffer = new byte[OUTPUT_BYTES];
  private final byte[] fixed = new byte[HEADER_BYTES];
  private State state = State.HEADER;
  private int have;
  private int flags;
  private int toSkip;

  Gunzip(Output output) {
    this.output = output;
  }

  static boolean isGzip(int first, int second) {
    return first == 0x1f && second == 0x8b;
  }

  void accept(byte[] bytes, int offset, int length) {
    int at = offset;
    int end = offset + length;
    while (at < end) {
      if (state == State.BODY) {
        at += inflate(bytes, at, end - at);
      } else {
        one(bytes[at++] & 0xff);
      }
    }
  }

  /** To be called when all bytes have come. */
  void finish() {
    if (state != State.AFTER) {
      throw BadArchive.whole("is cut off within its gzip compression");
    }
  }

  private int inflate(byte[] bytes, int at, int length) {
    inflater.setInput(bytes, at, length);
    try {
      while (!inflater.finished()) {
        int n = inflater.inflate(buffer);
        if (n > 0) {
          crc.update(buffer, 0, n);
          output.accept(buffer, 0, n);
        } else if (inflater.needsInput()) {
          return length;
        } else if (!inflater.finished()) {
          throw broken();
        }
      }
    } catch (DataFormatException e) {
      throw broken();
    }
    state = State.TRAILER;
    return length - inflater.getRemaining();
  }

  private static RuntimeException broken() {
    return BadArchive.whole("is broken: it cannot be decompressed");
  }

  private void one(int b) {
    switch (state) {
      case HEADER -> header(b);
      case EXTRA_LENGTH -> {
        toSkip |= b << 8 * have;
        if (++have == 2) {
          next(toSkip > 0 ? State.EXTRA : afterExtra());
        }
      }
      case EXTRA -> {
        if (--toSkip == 0) {
          next(afterExtra());
        }
      }
      case NAME -> {
        if (b == 0) {
          next(afterName());
        }
      }
      case COMMENT -> {
        if (b == 0) {
          next(afterComment());
        }
      }
      case HEADER_CRC -> {
        if (++have == 2) {
          next(State.BODY);
        }
      }
      case TRAILER -> trailer(b);
      case AFTER -> after(b);
      case BODY -> throw new IllegalStateException();
    }
  }

  private void header(int b) {
    fixed[have++] = (byte) b;
    if (have < HEADER_BYTES) {
      return;
    }
    boolean deflate = isGzip(fixed[0] & 0xff, fixed[1] & 0xff) && fixed[2] == 8;
    flags = fixed[3] & 0xff;
    if (!deflate || flags > 31) {
      throw broken();
    }
    toSkip = 0;
    crc.reset();
    inflater.reset();
    next((flags & HAS_EXTRA) != 0 ? State.EXTRA_LENGTH : afterExtra());
  }

  private State afterExtra() {
    return (flags & HAS_NAME) != 0 ? State.NAME : afterName();
  }

  private State afterName() {
    return (flags & HAS_COMMENT) != 0 ? State.COMMENT : afterComment();
  }

  private State afterComment() {
    return (flags & HAS_CRC) != 0 ? State.HEADER_CRC : State.BODY;
  }

  private void next(State following) {
    state = following;
    have = 0;
  }

  private void trailer(int b) {
    fixed[have++] = (byte) b;
    if (have < TRAILER_BYTES) {
      return;
    }
    boolean whole =
        littleEndian(0) == (int) crc.getValue()
            && littleEndian(4) == (int) inflater.getBytesWritten();
    if (!whole) {
      throw BadArchive.whole("is broken: its gzip checksum is wrong");
    }
    next(State.AFTER);
  }

  private int littleEndian(int at) {
    return fixed[at] & 0xff
        | (fixed[at + 1] & 0xff) << 8
        | (fixed[at + 2] & 0xff) << 16
        | (fixed[at + 3] & 0xff) << 24;
  }

  /** Another member, or the zeros that tapes are filled up with. */
  private void after(int b) {
    if (b != 0) {
      next(State.HEADER);
      header(b);
    }
  }

  @Override
  public void close() {
    inflater.end();
  }
}
