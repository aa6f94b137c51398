package ai.bharatbuild.storage;

import ai.bharatbuild.problem.ApiException;

/**
 * Bytes of an object.
 *
 * @param from the first, from 0
 * @param to the last, inclusive; {@link Long#MAX_VALUE} for the end. One beyond the end means the
 *     end
 */
public record ByteRange(long from, long to) {
  /** All bytes; also of an object that has none. */
  public static final ByteRange ALL = new ByteRange(0, Long.MAX_VALUE);

  public ByteRange {
    if (from < 0 || to < from) {
      throw new IllegalArgumentException("a range from %d to %d".formatted(from, to));
    }
  }

  public boolean all() {
    return equals(ALL);
  }

  /** How many bytes of an object of that size these are; 416 where there is none. */
  public long lengthOf(long size) {
    if (all()) {
      return size;
    }
    if (from >= size) {
      throw new ApiException(
          416,
          "range_not_satisfiable",
          "The object has %d bytes; the range begins at byte %d.".formatted(size, from));
    }
    return Math.min(size - 1, to) - from + 1;
  }
}
