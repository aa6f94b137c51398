package ai.bharatbuild.log;

import java.time.Duration;

/**
 * How much a log keeps, in bytes.
 *
 * @param retain raw output that is kept at least; whole segments are dropped beyond it. Encoded
 *     events are also bounded, by {@link #retainEncoded()}, for logs of very many tiny events
 * @param heap encoded events that stay in memory after they were written to disk
 * @param queue encoded events not yet on disk above which the producer is asked to pause; the most
 *     that memory keeps when the disk takes no more
 * @param segment size at which a new segment file is begun
 * @param flushBytes encoded events not yet on disk that are written without waiting
 * @param flushDelay longest time that fewer bytes than that wait
 * @param retryDelay time between attempts to write to a disk that took no more
 */
public record LogLimits(
    long retain,
    int heap,
    int queue,
    int segment,
    int flushBytes,
    Duration flushDelay,
    Duration retryDelay) {

  /** The bounds of the API's contract. */
  public static final LogLimits DEFAULT =
      new LogLimits(
          64 << 20,
          512 << 10,
          4 << 20,
          1 << 20,
          256 << 10,
          Duration.ofMillis(200),
          Duration.ofSeconds(5));

  /** Room for the longest escaping (six bytes for one) of all the raw bytes, and for envelopes. */
  private static final int ENCODED_PER_RAW = 8;

  private static final int LARGEST_CHUNK = 64 << 10;

  public LogLimits {
    if (retain < 1 || heap < 1 || queue < 1 || segment < 1 || flushBytes < 1) {
      throw new IllegalArgumentException("the limits of a log must be positive");
    }
  }

  /** The same limits with another bound for raw output. */
  public LogLimits withRetain(long bytes) {
    return new LogLimits(bytes, heap, queue, segment, flushBytes, flushDelay, retryDelay);
  }

  long retainEncoded() {
    return Math.multiplyExact(retain, ENCODED_PER_RAW);
  }

  /** Memory is given up a chunk at a time, so a chunk must be a small part of it. */
  int chunk() {
    return Math.clamp(heap / 8, 64, LARGEST_CHUNK);
  }
}
