package ai.bharatbuild.log;

import java.util.Arrays;

/**
 * Consecutive records in memory. Only ever appended to, so that a range once given out stays as it
 * is and needs no copy. Guarded by the {@link LogView} that owns it.
 */
final class Chunk {
  private final byte[] data;
  private final long firstId;
  private final long rawBefore;
  private int[] ends = new int[4];
  private long[] rawThrough = new long[4];
  private int count;

  Chunk(int capacity, long firstId, long rawBefore) {
    this.data = new byte[capacity];
    this.firstId = firstId;
    this.rawBefore = rawBefore;
  }

  /** Adds a record and says whether there was room. */
  boolean append(byte[] json, int offset, int length, long raw) {
    long id = firstId + count;
    int start = size();
    if (Records.length(id, length) > data.length - start) {
      return false;
    }
    if (count == ends.length) {
      // Copies: pieces on their way to disk go on reading the old arrays.
      ends = Arrays.copyOf(ends, count * 2);
      rawThrough = Arrays.copyOf(rawThrough, count * 2);
    }
    ends[count] = Records.write(data, start, id, json, offset, length);
    rawThrough[count] = rawBefore(id) + raw;
    count++;
    return true;
  }

  byte[] data() {
    return data;
  }

  int size() {
    return count == 0 ? 0 : ends[count - 1];
  }

  int capacity() {
    return data.length;
  }

  long firstId() {
    return firstId;
  }

  long lastId() {
    return firstId + count - 1;
  }

  /** Where the record begins. */
  int start(long id) {
    int i = (int) (id - firstId);
    return i == 0 ? 0 : ends[i - 1];
  }

  int end(long id) {
    return ends[(int) (id - firstId)];
  }

  /** Raw bytes of the whole log before the record. */
  long rawBefore(long id) {
    int i = (int) (id - firstId);
    return i == 0 ? rawBefore : rawThrough[i - 1];
  }

  /** Raw bytes of the whole log up to and including the record. */
  long rawThrough(long id) {
    return rawThrough[(int) (id - firstId)];
  }

  /** The last record that ends within {@code max} bytes from the given one; at least that one. */
  long lastWithin(long id, int max) {
    int from = (int) (id - firstId);
    long limit = (long) start(id) + max;
    if (size() <= limit) {
      return lastId();
    }
    int found = Arrays.binarySearch(ends, from, count, (int) limit);
    int index = found >= 0 ? found : -found - 2;
    return firstId + Math.max(index, from);
  }

  /** The records from {@code id} on, for writing to disk. */
  Piece piece(long id) {
    int from = (int) (id - firstId);
    return new Piece(data, start(id), size(), id, lastId(), rawBefore(id), rawThrough, from, count);
  }

  /**
   * Records on their way to disk, readable without the view's guard because nothing in the ranges
   * changes any more.
   */
  record Piece(
      byte[] data,
      int from,
      int to,
      long firstId,
      long lastId,
      long rawBefore,
      long[] rawThrough,
      int rawFrom,
      int rawTo) {

    int length() {
      return to - from;
    }

    long rawEnd() {
      return rawThrough[rawTo - 1];
    }
  }
}
