package ai.bharatbuild.log;

import java.util.List;

/** What a reader finds at its place in the log. */
sealed interface Step {

  /** Whole records in {@code data[start, start + length)}. */
  record Slice(byte[] data, int start, int length) {}

  /**
   * Records one after another, the last of them {@code lastId}.
   *
   * @param rawThrough raw bytes of the log up to and including that event
   */
  record InMemory(List<Slice> slices, long lastId, long rawThrough) implements Step {}

  record OnDisk(Segment segment) implements Step {}

  /**
   * The reader's next event is no longer kept, nor are those up to {@code lastId}.
   *
   * @param rawThrough raw bytes of the log up to and including that event
   */
  record Missing(long lastId, long rawThrough) implements Step {}

  /** Nothing yet; the reader will be woken. */
  enum CaughtUp implements Step {
    INSTANCE
  }

  /** The last event was given. */
  enum End implements Step {
    INSTANCE
  }
}
