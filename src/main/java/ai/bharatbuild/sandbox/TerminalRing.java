package ai.bharatbuild.sandbox;

import java.util.ArrayList;
import java.util.List;

/**
 * The last output of a terminal. Positions count its bytes from the beginning, so that a viewer who
 * comes back can go on exactly where it was. Thread-safe.
 */
final class TerminalRing {
  /** What a viewer gets: bytes from a position on; later than it asked for where older are gone. */
  record Piece(long from, byte[] bytes) {
    long to() {
      return from + bytes.length;
    }
  }

  static final int KEPT = 64 << 10;
  private static final int LONGEST_LINE = 8 << 10;

  private final byte[] bytes = new byte[KEPT];
  private final List<Runnable> waiting = new ArrayList<>();
  private long end;
  private boolean ended;

  synchronized void append(byte[] more) {
    int from = Math.max(0, more.length - KEPT);
    long at = end + from;
    for (int done = from; done < more.length; ) {
      int place = (int) (at % KEPT);
      int step = Math.min(KEPT - place, more.length - done);
      System.arraycopy(more, done, bytes, place, step);
      done += step;
      at += step;
    }
    end += more.length;
    wake();
  }

  /** Nothing comes any more. */
  synchronized void end() {
    ended = true;
    wake();
  }

  /** How much there was in all. */
  synchronized long position() {
    return end;
  }

  /** Whether a viewer at that position has everything that there will be. */
  synchronized boolean endedAt(long position) {
    return ended && position >= end;
  }

  /**
   * At most so many bytes after a position. Where they are gone, the piece begins later: after the
   * end of a line, so that no escape sequence and no character is torn, or, in very long lines,
   * with a whole character.
   */
  synchronized Piece after(long position, int most) {
    long oldest = Math.max(0, end - KEPT);
    long from = position >= oldest && position <= end ? position : wholeFrom(oldest);
    return new Piece(from, copy(from, Math.min(end, from + most)));
  }

  private long wholeFrom(long oldest) {
    if (oldest == 0) {
      return 0;
    }
    for (long at = oldest; at < Math.min(end, oldest + LONGEST_LINE); at++) {
      if (byteAt(at) == '\n') {
        return at + 1;
      }
    }
    long at = oldest;
    while (at < end && (byteAt(at) & 0xc0) == 0x80) {
      at++;
    }
    return at;
  }

  private byte byteAt(long position) {
    return bytes[(int) (position % KEPT)];
  }

  private byte[] copy(long from, long to) {
    int length = (int) (to - from);
    int place = (int) (from % KEPT);
    int first = Math.min(length, KEPT - place);
    byte[] copy = new byte[length];
    System.arraycopy(bytes, place, copy, 0, first);
    System.arraycopy(bytes, 0, copy, first, length - first);
    return copy;
  }

  /** Runs the task once when there is more than that, on the appending thread; at once if so. */
  synchronized void onMore(long position, Runnable task) {
    if (end > position || ended) {
      task.run();
    } else {
      waiting.add(task);
    }
  }

  synchronized void forget(Runnable task) {
    waiting.remove(task);
  }

  private void wake() {
    waiting.forEach(Runnable::run);
    waiting.clear();
  }
}
