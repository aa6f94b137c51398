package ai.bharatbuild.jobs.tar;

import java.util.Arrays;

/**
 * Reads a tar archive (ustar, pax, GNU long names) from pieces of any length, and passes on what is
 * in it. Only files and directories are let through; whatever else an archive can hold is refused
 * by name. Bounded memory: one header block and one set of extended headers. For one thread at a
 * time; after a failure it must not be used any more.
 */
public final class TarReader {
  /** Receives files and directories. */
  public interface Sink {
    /** An entry begins; exactly its size in bytes follows, then {@link #endEntry}. */
    void beginEntry(TarEntry entry);

    void data(byte[] bytes, int offset, int length);

    void endEntry();
  }

  private static final int BLOCK = 512;
  private static final int MAX_EXTENDED = 64 << 10;

  private enum State {
    HEADER,
    EXTENDED,
    DATA,
    PADDING,
    END
  }

  private final Sink sink;
  private final int maxHeaders;
  private final byte[] header = new byte[BLOCK];
  private State state = State.HEADER;
  private int headerLength;
  private int headers;
  private long left;
  private int padding;
  private byte[] extended;
  private int extendedLength;
  private Extensions extensions = new Extensions();
  private TarHeader current;
  private boolean passedOn;

  /**
   * @param maxHeaders most header blocks that an archive may have
   */
  public TarReader(Sink sink, int maxHeaders) {
    this.sink = sink;
    this.maxHeaders = maxHeaders;
  }

  /** Takes the next piece. Throws 400 {@code invalid_archive}, or what the sink throws. */
  public void accept(byte[] bytes, int offset, int length) {
    int at = offset;
    int end = offset + length;
    while (at < end && state != State.END) {
      at +=
          switch (state) {
            case HEADER -> header(bytes, at, end - at);
            case EXTENDED -> extended(bytes, at, end - at);
            case DATA -> data(bytes, at, end - at);
            case PADDING -> padding(end - at);
            case END -> 0;
          };
    }
  }

  /** To be called when all bytes have come. Throws when the archive is not whole. */
  public void finish() {
    if (state == State.END) {
      return;
    }
    if (headers == 0 && headerLength == 0) {
      throw BadArchive.whole("is empty");
    }
    throw current == null || state == State.HEADER
        ? BadArchive.whole("is cut off: its end mark is missing")
        : BadArchive.entry(current.name(), "is cut off");
  }

  private int header(byte[] bytes, int at, int available) {
    int step = Math.min(available, BLOCK - headerLength);
    System.arraycopy(bytes, at, header, headerLength, step);
    headerLength += step;
    if (headerLength == BLOCK) {
      headerLength = 0;
      if (isZero(header)) {
        state = State.END;
      } else {
        begin();
      }
    }
    return step;
  }

  private static boolean isZero(byte[] block) {
    for (byte b : block) {
      if (b != 0) {
        return false;
      }
    }
    return true;
  }

  private void begin() {
    if (++headers > maxHeaders) {
      throw BadArchive.whole("has more than " + maxHeaders + " entries");
    }
    current = TarHeader.parse(header, extensions);
    passedOn = false;
    left = current.size();
    padding = (int) (-left & BLOCK - 1);
    if (current.isExtension()) {
      if (left > MAX_EXTENDED) {
        throw BadArchive.entry(current.name(), "has too long a name or too many attributes");
      }
      extended = new byte[(int) left];
      extendedLength = 0;
      state = State.EXTENDED;
      if (left == 0) {
        endExtended();
      }
      return;
    }
    extensions = new Extensions();
    if (!current.isIgnored()) {
      sink.beginEntry(current.entry());
      passedOn = true;
    }
    state = State.DATA;
    if (left == 0) {
      endData();
    }
  }

  private int extended(byte[] bytes, int at, int available) {
    int step = (int) Math.min(available, left);
    System.arraycopy(bytes, at, extended, extendedLength, step);
    extendedLength += step;
    left -= step;
    if (left == 0) {
      endExtended();
    }
    return step;
  }

  private void endExtended() {
    extensions.add(current.type(), Arrays.copyOf(extended, extendedLength));
    extended = null;
    state = padding == 0 ? State.HEADER : State.PADDING;
  }

  private int data(byte[] bytes, int at, int available) {
    int step = (int) Math.min(available, left);
    if (passedOn) {
      sink.data(bytes, at, step);
    }
    left -= step;
    if (left == 0) {
      endData();
    }
    return step;
  }

  private void endData() {
    if (passedOn) {
      sink.endEntry();
    }
    state = padding == 0 ? State.HEADER : State.PADDING;
  }

  private int padding(int available) {
    int step = Math.min(available, padding);
    padding -= step;
    if (padding == 0) {
      state = State.HEADER;
    }
    return step;
  }
}
